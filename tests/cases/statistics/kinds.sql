-- The kinds of statistics change.

-- from
CREATE TABLE t (a integer, b integer, c text);
CREATE STATISTICS s (ndistinct) ON a, b FROM t;

-- to
CREATE TABLE t (a integer, b integer, c text);
CREATE STATISTICS s (ndistinct, dependencies) ON a, b FROM t;

-- plan
-- creates statistics public.s on t; drops statistics public.s on t

BEGIN;

DROP STATISTICS public.s;
CREATE STATISTICS public.s (ndistinct, dependencies) ON a, b FROM public.t;

COMMIT;
