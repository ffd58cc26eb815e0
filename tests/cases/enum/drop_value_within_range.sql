-- An enum loses a label under a range, its multirange and an array of it.
-- superuser
-- allow: drop-enum-value:e.c

-- from
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE TYPE r AS RANGE (SUBTYPE = e);
CREATE TABLE t (id integer, r r, m r_multirange, rs r[]);

-- to
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TYPE r AS RANGE (SUBTYPE = e);
CREATE TABLE t (id integer, r r, m r_multirange, rs r[]);

-- rows
INSERT INTO t VALUES (1, '[a,b]', '{[a,b]}', '{"[a,b]"}');

-- plan
-- file 1 of 2, in a transaction: changes enum e, type r, column t.m, column t.r, column t.rs
-- hazard drop-enum-value:e.c: fails if a row has the label; rows must be changed first

BEGIN;

ALTER TYPE public.e RENAME TO feedstock_old_e;
CREATE TYPE public.e AS ENUM ('a', 'b');

ALTER TYPE public.r RENAME TO feedstock_old_r;
ALTER TYPE public.r_multirange RENAME TO feedstock_old_r_multirange;
ALTER FUNCTION public.r_multirange() RENAME TO feedstock_old_r_multirange;
CREATE TYPE public.r AS RANGE (SUBTYPE = public.e, MULTIRANGE_TYPE_NAME = public.r_multirange);

ALTER TABLE public.t ALTER COLUMN m TYPE public.r_multirange USING m::text::public.r_multirange,
    ALTER COLUMN r TYPE public.r USING r::text::public.r,
    ALTER COLUMN rs TYPE public.r[] USING rs::text[]::public.r[];

DROP TYPE public.feedstock_old_r;

DROP TYPE public.feedstock_old_e;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.m, column t.r, column t.rs

BEGIN;

ANALYZE public.t (m, r, rs);

COMMIT;
