-- The multirange of a range type has another name under a column.
-- superuser

-- from
CREATE TYPE r AS RANGE (SUBTYPE = integer);
CREATE TABLE t (id integer, m r_multirange, r r);

-- to
CREATE TYPE r AS RANGE (SUBTYPE = integer, MULTIRANGE_TYPE_NAME = rs);
CREATE TABLE t (id integer, m rs, r r);

-- rows
INSERT INTO t VALUES (1, '{[1,2]}', '[1,3]');

-- plan
-- file 1 of 2, in a transaction: changes type r, column t.m, column t.r
-- hazard unsafe-cast:t.m: its values are read again from their text; fails if one does not fit the new attributes
-- hazard change-type:t.m: public.r_multirange to public.rs: a program that expects the old type may fail
-- hazard unsafe-cast:t.r: its values are read again from their text; fails if one does not fit the new attributes

BEGIN;

ALTER TYPE public.r RENAME TO feedstock_old_r;
ALTER TYPE public.r_multirange RENAME TO feedstock_old_r_multirange;
ALTER FUNCTION public.r_multirange() RENAME TO feedstock_old_r_multirange;
ALTER FUNCTION public.r(integer, integer) RENAME TO feedstock_old_r;
ALTER FUNCTION public.r(integer, integer, text) RENAME TO feedstock_old_r;
CREATE TYPE public.r AS RANGE (SUBTYPE = integer, MULTIRANGE_TYPE_NAME = public.rs);

ALTER TABLE public.t ALTER COLUMN m TYPE public.rs USING m::text::public.rs,
    ALTER COLUMN r TYPE public.r USING r::text::public.r;

DROP TYPE public.feedstock_old_r;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.m, column t.r

BEGIN;

ANALYZE public.t (m, r);

COMMIT;
