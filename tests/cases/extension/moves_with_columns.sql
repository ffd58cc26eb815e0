-- An extension moves into a new schema, and nothing else changes: no column, no index, no function.
-- superuser

-- from
CREATE EXTENSION citext;
CREATE EXTENSION btree_gist;
CREATE TABLE t (a citext NOT NULL DEFAULT 'x'::citext, b integer, CHECK (a <> 'y'::citext), EXCLUDE USING gist (b WITH =));
CREATE INDEX i ON t (a);
CREATE FUNCTION f(v citext) RETURNS citext LANGUAGE sql AS 'SELECT v';
CREATE VIEW v AS SELECT a FROM t WHERE a = 'z'::citext;

-- to
CREATE SCHEMA ext;
CREATE EXTENSION citext SCHEMA ext;
CREATE EXTENSION btree_gist SCHEMA ext;
SET search_path TO public, ext;
CREATE TABLE t (a citext NOT NULL DEFAULT 'x'::citext, b integer, CHECK (a <> 'y'::citext), EXCLUDE USING gist (b WITH =));
CREATE INDEX i ON t (a);
CREATE FUNCTION f(v citext) RETURNS citext LANGUAGE sql AS 'SELECT v';
CREATE VIEW v AS SELECT a FROM t WHERE a = 'z'::citext;

-- plan
-- creates schema ext; changes extension btree_gist, extension citext

BEGIN;

CREATE SCHEMA ext;

ALTER EXTENSION btree_gist SET SCHEMA ext;

ALTER EXTENSION citext SET SCHEMA ext;

COMMIT;
