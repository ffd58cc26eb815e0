-- What a concurrent build cannot say follows it.

-- from
CREATE TABLE t (a integer, b text);

-- to
CREATE TABLE t (a integer, b text);
CREATE INDEX i ON t (a, lower(b));
ALTER INDEX i ALTER COLUMN 2 SET STATISTICS 500;
COMMENT ON INDEX i IS 'for reports';

-- plan
-- file 1 of 2, outside a transaction: creates index i

CREATE INDEX CONCURRENTLY i ON public.t USING btree (a, lower(b));

-- file 2 of 2, in a transaction: creates index i

BEGIN;

ALTER INDEX public.i ALTER COLUMN 2 SET STATISTICS 500;
COMMENT ON INDEX public.i IS 'for reports';

COMMIT;
