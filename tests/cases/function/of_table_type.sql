-- A function that takes and gives rows of a new table, and one that names a table in its body only.

-- from

-- to
CREATE TABLE t (a integer);
CREATE FUNCTION f(x t) RETURNS integer LANGUAGE sql AS 'SELECT x.a';
CREATE FUNCTION g() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t';
CREATE PROCEDURE p() LANGUAGE sql AS 'DELETE FROM t';

-- plan
-- creates procedure public.p(), table t, function public.f(x public.t), function public.g()

BEGIN;

SET check_function_bodies = off;

CREATE OR REPLACE PROCEDURE public.p()
 LANGUAGE sql
AS $procedure$DELETE FROM t$procedure$;

CREATE TABLE public.t (
    a integer
);

CREATE OR REPLACE FUNCTION public.f(x public.t)
 RETURNS integer
 LANGUAGE sql
AS $function$SELECT x.a$function$;

CREATE OR REPLACE FUNCTION public.g()
 RETURNS SETOF public.t
 LANGUAGE sql
AS $function$SELECT * FROM t$function$;

COMMIT;
