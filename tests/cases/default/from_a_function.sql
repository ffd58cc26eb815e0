-- A default calls a function that is new; the function of an old default goes.

-- from
CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE TABLE t (a integer DEFAULT one());

-- to
CREATE FUNCTION two() RETURNS integer LANGUAGE sql AS 'SELECT 2';
CREATE TABLE t (a integer DEFAULT two());

-- plan
-- creates function public.two(); changes column t.a; drops function public.one()
-- hazard drop-function:public.one(): a program that calls it fails

BEGIN;

SET check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.two()
 RETURNS integer
 LANGUAGE sql
AS $function$SELECT 2$function$;

ALTER TABLE public.t ALTER COLUMN a SET DEFAULT public.two();

DROP FUNCTION public.one();

COMMIT;
