-- An index of a materialized view comes, another goes.

-- from
CREATE TABLE t (a integer);
CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
CREATE INDEX old ON m (a);

-- to
CREATE TABLE t (a integer);
CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
CREATE UNIQUE INDEX new ON m (a DESC);
COMMENT ON INDEX new IS 'for a refresh that locks nobody out';

-- plan
-- file 1 of 3, outside a transaction: creates index new

CREATE UNIQUE INDEX CONCURRENTLY new ON public.m USING btree (a DESC);

-- file 2 of 3, in a transaction: creates index new

BEGIN;

COMMENT ON INDEX public.new IS 'for a refresh that locks nobody out';

COMMIT;

-- file 3 of 3, outside a transaction: drops index old
-- hazard drop-index:old: queries that used it become slow

DROP INDEX CONCURRENTLY public.old;
