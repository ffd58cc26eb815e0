-- A composite type loses an attribute under a column, and another one within it.
-- allow: drop-attribute:pair.b

-- from
CREATE TYPE pair AS (a integer, b integer);
CREATE TYPE outside AS (it pair);
CREATE TABLE t (p pair, o outside);

-- to
CREATE TYPE pair AS (a integer);
CREATE TYPE outside AS (it pair);
CREATE TABLE t (p pair, o outside);

-- plan
-- file 1 of 2, in a transaction: changes type pair, type outside, column t.o, column t.p
-- hazard drop-attribute:pair.b: its values are lost

BEGIN;

ALTER TYPE public.pair RENAME TO feedstock_old_pair;
CREATE TYPE public.pair AS (a integer);

ALTER TYPE public.outside RENAME TO feedstock_old_outside;
CREATE TYPE public.outside AS (it public.pair);

ALTER TABLE public.t ALTER COLUMN o TYPE public.outside USING CASE WHEN o IS NOT DISTINCT FROM NULL THEN NULL ELSE ROW(CASE WHEN (o).it IS NOT DISTINCT FROM NULL THEN NULL ELSE ROW(((o).it).a)::public.pair END)::public.outside END,
    ALTER COLUMN p TYPE public.pair USING CASE WHEN p IS NOT DISTINCT FROM NULL THEN NULL ELSE ROW((p).a)::public.pair END;

DROP TYPE public.feedstock_old_outside;

DROP TYPE public.feedstock_old_pair;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.o, column t.p

BEGIN;

ANALYZE public.t (o, p);

COMMIT;
