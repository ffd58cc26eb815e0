-- A default's function gets another signature.

-- from
CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE TABLE t (a integer DEFAULT one());

-- to
CREATE FUNCTION one(x integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT x';
CREATE TABLE t (a integer DEFAULT one());

-- plan
-- creates function public.one(x integer); changes column t.a; drops function public.one()
-- hazard drop-function:public.one(): a program that calls it fails

BEGIN;

SET check_function_bodies = off;

ALTER TABLE public.t ALTER COLUMN a DROP DEFAULT;

DROP FUNCTION public.one();

CREATE OR REPLACE FUNCTION public.one(x integer DEFAULT 1)
 RETURNS integer
 LANGUAGE sql
AS $function$SELECT x$function$;

ALTER TABLE public.t ALTER COLUMN a SET DEFAULT public.one();

COMMIT;
