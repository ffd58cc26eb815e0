-- An extension and an index that needs it.

-- from
CREATE TABLE t (a text);

-- to
CREATE EXTENSION pg_trgm;
CREATE TABLE t (a text);
CREATE INDEX i ON t USING gin (a gin_trgm_ops);

-- plan
-- file 1 of 2, in a transaction: creates extension pg_trgm

BEGIN;

CREATE EXTENSION pg_trgm WITH SCHEMA public;

COMMIT;

-- file 2 of 2, outside a transaction: creates index i

CREATE INDEX CONCURRENTLY i ON public.t USING gin (a public.gin_trgm_ops);
