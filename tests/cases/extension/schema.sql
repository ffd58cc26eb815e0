-- An extension in a schema of its own, and one that moves into it.
-- superuser

-- from
CREATE EXTENSION pg_trgm;
CREATE TABLE t (a text);
CREATE INDEX i ON t USING gin (a gin_trgm_ops);

-- to
CREATE SCHEMA ext;
CREATE EXTENSION pg_trgm SCHEMA ext;
CREATE EXTENSION citext SCHEMA ext;
CREATE TABLE t (a text);
CREATE INDEX i ON t USING gin (a ext.gin_trgm_ops);

-- plan
-- file 1 of 4: a transaction of its own

CREATE SCHEMA "ext";

CREATE EXTENSION "citext" WITH SCHEMA "ext";

ALTER EXTENSION "pg_trgm" SET SCHEMA "ext";

-- file 2 of 4: outside a transaction

CREATE INDEX CONCURRENTLY "feedstock_new_i" ON "public"."t" USING gin (a ext.gin_trgm_ops);

-- file 3 of 4: outside a transaction

DROP INDEX CONCURRENTLY "public"."i";

-- file 4 of 4: a transaction of its own

ALTER INDEX "public"."feedstock_new_i" RENAME TO "i";
