-- An index name is used for another table's index.

-- from
CREATE TABLE t (a integer);
CREATE TABLE u (a integer);
CREATE INDEX i ON t (a);

-- to
CREATE TABLE t (a integer);
CREATE TABLE u (a integer);
CREATE INDEX i ON u (a);

-- plan
-- file 1 of 3, outside a transaction: creates index i

CREATE INDEX CONCURRENTLY feedstock_new_i ON public.u USING btree (a);

-- file 2 of 3, outside a transaction: creates index i

DROP INDEX CONCURRENTLY public.i;

-- file 3 of 3, in a transaction: creates index i

BEGIN;

ALTER INDEX public.feedstock_new_i RENAME TO i;

COMMIT;
