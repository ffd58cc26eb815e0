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
-- file 1 of 3: outside a transaction

CREATE INDEX CONCURRENTLY "feedstock_new_i" ON "public"."u" USING btree (a);

-- file 2 of 3: outside a transaction

DROP INDEX CONCURRENTLY "public"."i";

-- file 3 of 3: a transaction of its own

ALTER INDEX "public"."feedstock_new_i" RENAME TO "i";
