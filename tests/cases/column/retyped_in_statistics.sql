-- A column changes its type under extended statistics.

-- from
CREATE TABLE t (id integer PRIMARY KEY, v integer);
CREATE STATISTICS s ON id, (v + 1) FROM t;

-- to
CREATE TABLE t (id integer PRIMARY KEY, v bigint);
CREATE STATISTICS s ON id, (v + 1) FROM t;

-- rows
INSERT INTO t VALUES (1, 1);

-- plan
-- file 1 of 2, in a transaction: creates statistics public.s on t; changes column t.v; drops statistics public.s on t
-- hazard change-type:t.v: integer to bigint: a program that expects the old type may fail

BEGIN;

DROP STATISTICS public.s;

ALTER TABLE public.t ALTER COLUMN v TYPE bigint;

CREATE STATISTICS public.s ON id, (v + 1) FROM public.t;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.v

BEGIN;

ANALYZE public.t (v);

COMMIT;
