-- An extension and an index that needs it.

-- from
CREATE TABLE t (a text);

-- to
CREATE EXTENSION pg_trgm;
CREATE TABLE t (a text);
CREATE INDEX i ON t USING gin (a gin_trgm_ops);

-- plan
CREATE EXTENSION "pg_trgm" WITH SCHEMA "public";

CREATE INDEX "i" ON "public"."t" USING gin (a public.gin_trgm_ops);
