-- An index loses a column that goes: the new one is there before the old one and the column go.
-- allow: drop-column:t.b

-- from
CREATE TABLE t (a integer, b text);
CREATE INDEX i ON t (a, b);

-- to
CREATE TABLE t (a integer);
CREATE INDEX i ON t (a);

-- plan
-- file 1 of 3: outside a transaction

CREATE INDEX CONCURRENTLY "feedstock_new_i" ON "public"."t" USING btree (a);

-- file 2 of 3: outside a transaction

DROP INDEX CONCURRENTLY "public"."i";

-- file 3 of 3: a transaction of its own

ALTER INDEX "public"."feedstock_new_i" RENAME TO "i";

-- hazard drop-column:t.b: the column and its values are lost
ALTER TABLE "public"."t" DROP COLUMN "b";
