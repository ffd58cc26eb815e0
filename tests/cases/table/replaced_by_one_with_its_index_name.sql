-- A new table's index has the name of a dropped table's index.
-- allow: drop-table:old

-- from
CREATE TABLE old (id integer);
CREATE INDEX by_id ON old (id);

-- to
CREATE TABLE fresh (id integer);
CREATE INDEX by_id ON fresh (id);

-- plan
-- hazard drop-table:old: the table and its rows are lost
DROP TABLE "public"."old";

CREATE TABLE "public"."fresh" (
    "id" integer
);

CREATE INDEX "by_id" ON "public"."fresh" USING btree (id);
