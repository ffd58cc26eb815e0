-- What a function is said to be.
-- superuser

-- from
CREATE FUNCTION a() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION b() RETURNS integer LANGUAGE sql SECURITY DEFINER SET search_path = public AS 'SELECT 1';

-- to
CREATE FUNCTION a() RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF COST 5 AS 'SELECT 1';
CREATE FUNCTION b() RETURNS integer LANGUAGE sql SET work_mem = '1MB' AS 'SELECT 1';

-- plan
-- changes function public.a(), function public.b()

BEGIN;

SET check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.a()
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT LEAKPROOF COST 5
AS $function$SELECT 1$function$;

CREATE OR REPLACE FUNCTION public.b()
 RETURNS integer
 LANGUAGE sql
 SET work_mem TO '1MB'
AS $function$SELECT 1$function$;

COMMIT;
