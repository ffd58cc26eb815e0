-- A function's return type changes: views on it are made again.

-- from
CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE VIEW v AS SELECT one() AS a;

-- to
CREATE FUNCTION one() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
CREATE VIEW v AS SELECT one() AS a;

-- plan
-- creates function public.one(), view v; drops view v, function public.one()
-- hazard change-type:v.a: integer to bigint: a program that expects the old type may fail
-- hazard changed-function:public.one(): returns bigint, no longer integer: a program that calls it may fail

BEGIN;

SET check_function_bodies = off;

DROP VIEW public.v;

DROP FUNCTION public.one();
CREATE OR REPLACE FUNCTION public.one()
 RETURNS bigint
 LANGUAGE sql
AS $function$SELECT 1::bigint$function$;

CREATE VIEW public.v AS
 SELECT public.one() AS a;

COMMIT;
