-- A column changes its type that statistics are on.

-- from
CREATE TABLE t (a integer, b integer);
CREATE STATISTICS s ON a, b FROM t;

-- to
CREATE TABLE t (a bigint, b integer);
CREATE STATISTICS s ON a, b FROM t;

-- plan
-- file 1 of 2, in a transaction: creates statistics public.s on t; changes column t.a; drops statistics public.s on t
-- hazard change-type:t.a: integer to bigint: a program that expects the old type may fail

BEGIN;

DROP STATISTICS public.s;

ALTER TABLE public.t ALTER COLUMN a TYPE bigint;

CREATE STATISTICS public.s ON a, b FROM public.t;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a

BEGIN;

ANALYZE public.t (a);

COMMIT;
