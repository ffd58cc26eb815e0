-- Extended statistics come and go.

-- from
CREATE TABLE t (a integer, b integer, c text);
CREATE STATISTICS old ON a, b FROM t;

-- to
CREATE TABLE t (a integer, b integer, c text);
CREATE STATISTICS new (mcv) ON a, c FROM t;
COMMENT ON STATISTICS new IS 'for the planner';

-- plan
-- creates statistics public.new on t; drops statistics public.old on t

BEGIN;

DROP STATISTICS public.old;

CREATE STATISTICS public.new (mcv) ON a, c FROM public.t;
COMMENT ON STATISTICS public.new IS 'for the planner';

COMMIT;
