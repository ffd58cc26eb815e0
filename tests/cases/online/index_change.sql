-- An index changes and keeps its name.

-- from
CREATE TABLE t (a integer, b text);
CREATE INDEX i ON t (a);
COMMENT ON INDEX i IS 'kept';

-- to
CREATE TABLE t (a integer, b text);
CREATE INDEX i ON t (a, b);
COMMENT ON INDEX i IS 'kept';

-- plan
-- file 1 of 3, outside a transaction: creates index i

CREATE INDEX CONCURRENTLY feedstock_new_i ON public.t USING btree (a, b);

-- file 2 of 3, outside a transaction: creates index i

DROP INDEX CONCURRENTLY public.i;

-- file 3 of 3, in a transaction: creates index i

BEGIN;

ALTER INDEX public.feedstock_new_i RENAME TO i;
COMMENT ON INDEX public.i IS 'kept';

COMMIT;
