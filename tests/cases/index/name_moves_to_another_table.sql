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
DROP INDEX "public"."i";
CREATE INDEX "i" ON "public"."u" USING btree (a);
