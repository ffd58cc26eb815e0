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
-- hazard drop-index:old: queries that used it become slow
DROP INDEX "public"."old";

CREATE UNIQUE INDEX "new" ON "public"."m" USING btree (a DESC);
COMMENT ON INDEX "public"."new" IS 'for a refresh that locks nobody out';
