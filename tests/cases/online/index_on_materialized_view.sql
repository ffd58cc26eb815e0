-- A materialized view that is in use gets an index, and one of it changes.

-- from
CREATE TABLE t (a integer, b text);
CREATE MATERIALIZED VIEW v AS SELECT a, b FROM t;
CREATE INDEX j ON v (b);

-- to
CREATE TABLE t (a integer, b text);
CREATE MATERIALIZED VIEW v AS SELECT a, b FROM t;
CREATE UNIQUE INDEX i ON v (a);
CREATE INDEX j ON v (b, a);

-- plan
-- file 1 of 4, outside a transaction: creates index i

CREATE UNIQUE INDEX CONCURRENTLY i ON public.v USING btree (a);

-- file 2 of 4, outside a transaction: creates index j

CREATE INDEX CONCURRENTLY feedstock_new_j ON public.v USING btree (b, a);

-- file 3 of 4, outside a transaction: creates index j

DROP INDEX CONCURRENTLY public.j;

-- file 4 of 4, in a transaction: creates index j

BEGIN;

ALTER INDEX public.feedstock_new_j RENAME TO j;

COMMIT;
