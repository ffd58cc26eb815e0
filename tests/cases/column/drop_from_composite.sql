-- A column of an index and a unique constraint goes; both stay with what is left.
-- allow: drop-column:t.b

-- from
CREATE TABLE t (a integer, b integer, CONSTRAINT t_key UNIQUE (a, b));
CREATE INDEX t_ab ON t (a, b);

-- to
CREATE TABLE t (a integer, CONSTRAINT t_key UNIQUE (a));
CREATE INDEX t_ab ON t (a);

-- plan
DROP INDEX "public"."t_ab";

ALTER TABLE "public"."t" DROP CONSTRAINT "t_key";
-- hazard add-unique:t.t_key: fails if two rows are alike
ALTER TABLE "public"."t" ADD CONSTRAINT "t_key" UNIQUE (a);

CREATE INDEX "t_ab" ON "public"."t" USING btree (a);

-- hazard drop-column:t.b: the column and its values are lost
ALTER TABLE "public"."t" DROP COLUMN "b";
