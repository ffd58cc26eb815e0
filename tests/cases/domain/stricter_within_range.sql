-- A domain asks for more while a range lies over it.
-- superuser

-- from
CREATE DOMAIN d AS integer CHECK (VALUE > 0);
CREATE TYPE r AS RANGE (SUBTYPE = d);
CREATE TABLE t (r r);

-- to
CREATE DOMAIN d AS integer CHECK (VALUE > 1);
CREATE TYPE r AS RANGE (SUBTYPE = d);
CREATE TABLE t (r r);

-- rows
INSERT INTO t VALUES ('[2,5)');

-- plan
-- file 1 of 2, in a transaction: changes domain d, type r, column t.r
-- hazard add-check:d.d_check: fails if a value of this type breaks it

BEGIN;

ALTER DOMAIN public.d RENAME TO feedstock_old_d;
CREATE DOMAIN public.d AS integer;
ALTER DOMAIN public.d ADD CONSTRAINT d_check CHECK ((VALUE > 1));

ALTER TYPE public.r RENAME TO feedstock_old_r;
ALTER TYPE public.r_multirange RENAME TO feedstock_old_r_multirange;
ALTER FUNCTION public.r_multirange() RENAME TO feedstock_old_r_multirange;
CREATE TYPE public.r AS RANGE (SUBTYPE = public.d, MULTIRANGE_TYPE_NAME = public.r_multirange);

ALTER TABLE public.t ALTER COLUMN r TYPE public.r USING r::text::public.r;

DROP TYPE public.feedstock_old_r;

DROP DOMAIN public.feedstock_old_d;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.r

BEGIN;

ANALYZE public.t (r);

COMMIT;
