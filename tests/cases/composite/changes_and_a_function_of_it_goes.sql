-- The attributes of a type in use change; a function that takes it goes for good.

-- from
CREATE TYPE place AS (x bigint, y integer);
CREATE TABLE places (id integer, here place);
CREATE FUNCTION x_of(p place) RETURNS bigint LANGUAGE sql AS 'SELECT p.x';

-- to
CREATE TYPE place AS (x integer, y integer);
CREATE TABLE places (id integer, here place);

-- plan
-- file 1 of 2, in a transaction: changes type place, column places.here; drops function public.x_of(p public.place)
-- hazard drop-function:public.x_of(p public.place): a program that calls it fails
-- hazard unsafe-cast:places.here: its values are read again from their text; fails if one does not fit the new attributes

BEGIN;

DROP FUNCTION public.x_of(p public.place);

ALTER TYPE public.place RENAME TO feedstock_old_place;
CREATE TYPE public.place AS (x integer, y integer);

ALTER TABLE public.places ALTER COLUMN here TYPE public.place USING here::text::public.place;

DROP TYPE public.feedstock_old_place;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column places.here

BEGIN;

ANALYZE public.places (here);

COMMIT;
