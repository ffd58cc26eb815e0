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
-- creates schema ext, extension citext; changes extension pg_trgm

BEGIN;

CREATE SCHEMA ext;

ALTER EXTENSION pg_trgm SET SCHEMA ext;

CREATE EXTENSION citext WITH SCHEMA ext;

COMMIT;
