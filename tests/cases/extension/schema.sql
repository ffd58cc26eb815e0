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
-- file 1 of 4, in a transaction: creates schema ext, extension citext; changes extension pg_trgm

BEGIN;

CREATE SCHEMA ext;

CREATE EXTENSION citext WITH SCHEMA ext;

ALTER EXTENSION pg_trgm SET SCHEMA ext;

COMMIT;

-- file 2 of 4, outside a transaction: creates index i

CREATE INDEX CONCURRENTLY feedstock_new_i ON public.t USING gin (a ext.gin_trgm_ops);

-- file 3 of 4, outside a transaction: creates index i

DROP INDEX CONCURRENTLY public.i;

-- file 4 of 4, in a transaction: creates index i

BEGIN;

ALTER INDEX public.feedstock_new_i RENAME TO i;

COMMIT;
