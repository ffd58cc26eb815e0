-- One of several functions of a name goes, another comes, a third changes.

-- from
CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f(text) RETURNS integer LANGUAGE sql AS 'SELECT 2';

-- to
CREATE FUNCTION f(text) RETURNS integer LANGUAGE sql AS 'SELECT 3';
CREATE FUNCTION f(text, text) RETURNS integer LANGUAGE sql AS 'SELECT 4';

-- plan
-- creates function public.f(text, text); changes function public.f(text); drops function public.f(integer)
-- hazard drop-function:public.f(integer): a program that calls it fails

BEGIN;

SET check_function_bodies = off;

DROP FUNCTION public.f(integer);

CREATE OR REPLACE FUNCTION public.f(text, text)
 RETURNS integer
 LANGUAGE sql
AS $function$SELECT 4$function$;

CREATE OR REPLACE FUNCTION public.f(text)
 RETURNS integer
 LANGUAGE sql
AS $function$SELECT 3$function$;

COMMIT;
