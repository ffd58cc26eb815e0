-- A function whose body Postgres understands depends on what it reads.

-- from
CREATE TABLE t (a integer);
CREATE FUNCTION f() RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT a FROM t; END;

-- to
CREATE TABLE t (a integer, b integer);
CREATE FUNCTION f() RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT b FROM t; END;

-- plan
-- creates column t.b; changes function public.f()

BEGIN;

SET check_function_bodies = off;

ALTER TABLE public.t ADD COLUMN b integer;

CREATE OR REPLACE FUNCTION public.f()
 RETURNS integer
 LANGUAGE sql
BEGIN ATOMIC
 SELECT t.b
    FROM public.t;
END;

COMMIT;
