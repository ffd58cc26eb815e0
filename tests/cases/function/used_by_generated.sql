-- The function of a generated column gets another signature.

-- from
CREATE FUNCTION f(a integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT a';
CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (f(a)) STORED);

-- to
CREATE FUNCTION f(a bigint) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT a::integer';
CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (f(a)) STORED);

-- plan
-- creates function public.f(a bigint), column t.b; drops column t.b, function public.f(a integer)
-- hazard drop-function:public.f(a integer): a program that calls it fails

BEGIN;

SET check_function_bodies = off;

ALTER TABLE public.t DROP COLUMN b;

DROP FUNCTION public.f(a integer);

CREATE OR REPLACE FUNCTION public.f(a bigint)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
AS $function$SELECT a::integer$function$;

ALTER TABLE public.t ADD COLUMN b integer GENERATED ALWAYS AS (public.f((a)::bigint)) STORED;

COMMIT;
