-- An argument gets another name, another one gets a default.

-- from
CREATE TABLE t (a integer);
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE FUNCTION g(a integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';

-- to
CREATE TABLE t (a integer);
CREATE FUNCTION f(b integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE FUNCTION g(a integer DEFAULT 5) RETURNS integer LANGUAGE sql AS 'SELECT 1';

-- plan
-- creates function public.f(b integer), function public.g(a integer); drops function public.g(a integer), function public.f(a integer)
-- hazard drop-function:public.f(a integer): a program that calls it fails

BEGIN;

SET check_function_bodies = off;

DROP FUNCTION public.g(a integer);

DROP FUNCTION public.f(a integer);

CREATE OR REPLACE FUNCTION public.f(b integer)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
AS $function$SELECT 1$function$;

CREATE OR REPLACE FUNCTION public.g(a integer DEFAULT 5)
 RETURNS integer
 LANGUAGE sql
AS $function$SELECT 1$function$;

COMMIT;
