-- An attribute of a composite type gets another type under a column with rows.

-- from
CREATE TYPE pair AS (a integer, b integer);
CREATE TABLE t (p pair);

-- to
CREATE TYPE pair AS (a integer, b bigint);
CREATE TABLE t (p pair);

-- rows
INSERT INTO t VALUES ('(1,2)');

-- then
SELECT p FROM t;
-- (1,2)

-- plan
-- file 1 of 2, in a transaction: changes type pair, column t.p
-- hazard unsafe-cast:t.p: its values are read again from their text; fails if one does not fit the new attributes

BEGIN;

ALTER TYPE public.pair RENAME TO feedstock_old_pair;
CREATE TYPE public.pair AS (a integer, b bigint);

ALTER TABLE public.t ALTER COLUMN p TYPE public.pair USING p::text::public.pair;

DROP TYPE public.feedstock_old_pair;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.p

BEGIN;

ANALYZE public.t (p);

COMMIT;
