-- The statistics target of an expression changes: the index stays.

-- from
CREATE TABLE t (a text);
CREATE INDEX i ON t (lower(a));

-- to
CREATE TABLE t (a text);
CREATE INDEX i ON t (lower(a));
ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 500;

-- plan
-- changes index i

BEGIN;

ALTER INDEX public.i ALTER COLUMN 1 SET STATISTICS 500;

COMMIT;
