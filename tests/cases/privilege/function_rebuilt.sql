-- A function that gives another type keeps who may call it.

-- from
CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION f() TO case_reader;

-- to
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION f() TO case_reader;

-- plan
-- creates function public.f(); drops function public.f()
-- hazard changed-function:public.f(): returns bigint, no longer integer: a program that calls it may fail

BEGIN;

SET check_function_bodies = off;

DROP FUNCTION public.f();
CREATE OR REPLACE FUNCTION public.f()
 RETURNS bigint
 LANGUAGE sql
AS $function$SELECT 1::bigint$function$;
REVOKE EXECUTE ON FUNCTION public.f() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.f() TO case_reader;

COMMIT;
