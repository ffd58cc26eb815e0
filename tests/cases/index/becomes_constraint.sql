-- A unique index becomes a unique constraint of its name: the index is used, not made again.

-- from
CREATE TABLE t (a integer);
CREATE UNIQUE INDEX u ON t (a);

-- to
CREATE TABLE t (a integer, CONSTRAINT u UNIQUE (a));

-- plan
-- hazard drop-index:u: queries that used it become slow
DROP INDEX "public"."u";

-- hazard add-unique:t.u: fails if two rows are alike
ALTER TABLE "public"."t" ADD CONSTRAINT "u" UNIQUE (a);
