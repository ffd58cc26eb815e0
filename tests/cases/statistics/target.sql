-- The target of statistics is set, changed, and reset.

-- from
CREATE TABLE t (a integer, b integer, c text);
CREATE STATISTICS x ON a, b FROM t;
CREATE STATISTICS y ON a, c FROM t;
ALTER STATISTICS y SET STATISTICS 10;
CREATE STATISTICS z ON b, c FROM t;
ALTER STATISTICS z SET STATISTICS 10;

-- to
CREATE TABLE t (a integer, b integer, c text);
CREATE STATISTICS x ON a, b FROM t;
ALTER STATISTICS x SET STATISTICS 500;
CREATE STATISTICS y ON a, c FROM t;
ALTER STATISTICS y SET STATISTICS 20;
CREATE STATISTICS z ON b, c FROM t;

-- plan
-- changes statistics public.x on t, statistics public.y on t, statistics public.z on t

BEGIN;

ALTER STATISTICS public.x SET STATISTICS 500;

ALTER STATISTICS public.y SET STATISTICS 20;

ALTER STATISTICS public.z SET STATISTICS -1;

COMMIT;
