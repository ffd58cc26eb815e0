-- What loses nothing is not refused: views, functions, indexes, constraints, defaults, types that no row uses.

-- from
CREATE TYPE unused AS ENUM ('a');
CREATE SEQUENCE q;
CREATE TABLE t (a integer NOT NULL DEFAULT 1 CHECK (a > 0), b integer UNIQUE);
CREATE INDEX i ON t (a);
CREATE VIEW v AS SELECT a FROM t;
CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';

-- to
CREATE TABLE t (a integer, b integer);

-- plan
-- file 1 of 2, outside a transaction: drops index i
-- hazard drop-index:i: queries that used it become slow

DROP INDEX CONCURRENTLY public.i;

-- file 2 of 2, in a transaction: changes column t.a; drops view v, materialized view m, constraint t_b_key on t, constraint t_a_check on t, function public.f() and 2 more
-- hazard drop-view:v: a program that reads it fails
-- hazard drop-view:m: a program that reads it fails
-- hazard drop-unique:t_b_key: two rows may be alike from here on, and ON CONFLICT of its columns fails
-- hazard drop-function:public.f(): a program that calls it fails
-- hazard drop-sequence:q: a program that uses it fails
-- hazard drop-type:unused: a program that names it fails

BEGIN;

DROP VIEW public.v;

DROP MATERIALIZED VIEW public.m;

ALTER TABLE public.t DROP CONSTRAINT t_b_key;

ALTER TABLE public.t DROP CONSTRAINT t_a_check;

ALTER TABLE public.t ALTER COLUMN a DROP DEFAULT;
ALTER TABLE public.t ALTER COLUMN a DROP NOT NULL;

DROP FUNCTION public.f();

DROP SEQUENCE public.q;

DROP TYPE public.unused;

COMMIT;
