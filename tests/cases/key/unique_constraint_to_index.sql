-- A unique constraint becomes a unique index of its name.

-- from
CREATE TABLE t (a integer, CONSTRAINT u UNIQUE (a));

-- to
CREATE TABLE t (a integer);
CREATE UNIQUE INDEX u ON t (a) WHERE a > 0;

-- plan
ALTER TABLE "public"."t" DROP CONSTRAINT "u";

-- hazard add-unique:u: fails if two rows are alike
CREATE UNIQUE INDEX "u" ON "public"."t" USING btree (a) WHERE (a > 0);
