-- A composite type that an array column uses gets another type of attribute.

-- from
CREATE TYPE p AS (a integer);
CREATE TABLE t (ps p[]);

-- to
CREATE TYPE p AS (a bigint);
CREATE TABLE t (ps p[]);

-- plan
-- file 1 of 2, in a transaction: changes type p, column t.ps
-- hazard unsafe-cast:t.ps: its values are read again from their text; fails if one does not fit the new attributes

BEGIN;

ALTER TYPE public.p RENAME TO feedstock_old_p;
CREATE TYPE public.p AS (a bigint);

ALTER TABLE public.t ALTER COLUMN ps TYPE public.p[] USING ps::text[]::public.p[];

DROP TYPE public.feedstock_old_p;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.ps

BEGIN;

ANALYZE public.t (ps);

COMMIT;
