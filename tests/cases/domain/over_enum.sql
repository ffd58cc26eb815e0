-- An enum under a domain under a column loses a value.
-- allow: drop-enum-value:mood.ok

-- from
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN d AS mood;
CREATE TABLE t (a d);

-- to
CREATE TYPE mood AS ENUM ('sad');
CREATE DOMAIN d AS mood CHECK (VALUE = 'sad');
CREATE TABLE t (a d);

-- plan
-- file 1 of 2, in a transaction: changes enum mood, domain d, column t.a
-- hazard drop-enum-value:mood.ok: fails if a row has the label; rows must be changed first
-- hazard add-check:d.d_check: fails if a value of this type breaks it

BEGIN;

ALTER TYPE public.mood RENAME TO feedstock_old_mood;
CREATE TYPE public.mood AS ENUM ('sad');

ALTER DOMAIN public.d RENAME TO feedstock_old_d;
CREATE DOMAIN public.d AS public.mood;
ALTER DOMAIN public.d ADD CONSTRAINT d_check CHECK ((VALUE = 'sad'::public.mood));

ALTER TABLE public.t ALTER COLUMN a TYPE public.d USING a::text::public.d;

DROP DOMAIN public.feedstock_old_d;

DROP TYPE public.feedstock_old_mood;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a

BEGIN;

ANALYZE public.t (a);

COMMIT;
