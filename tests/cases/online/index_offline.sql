-- Nobody uses the table: an index changes and another one comes, in one transaction.
-- offline ok

-- from
CREATE TABLE t (a integer, b text);
CREATE INDEX i ON t (a);

-- to
CREATE TABLE t (a integer, b text);
CREATE INDEX i ON t (b);
CREATE UNIQUE INDEX j ON t (a);

-- plan
DROP INDEX "public"."i";
CREATE INDEX "i" ON "public"."t" USING btree (b);

-- hazard add-unique:j: fails if two rows are alike
CREATE UNIQUE INDEX "j" ON "public"."t" USING btree (a);
