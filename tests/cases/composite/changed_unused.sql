-- A composite type that only a function uses changes.

-- from
CREATE TYPE pair AS (a integer, b integer);
CREATE FUNCTION f() RETURNS pair LANGUAGE sql AS 'SELECT 1, 2';

-- to
CREATE TYPE pair AS (a integer, b integer, c integer);
CREATE FUNCTION f() RETURNS pair LANGUAGE sql AS 'SELECT 1, 2, 3';

-- plan
-- changes type pair, function public.f()

BEGIN;

SET check_function_bodies = off;

ALTER TYPE public.pair ADD ATTRIBUTE c integer;

CREATE OR REPLACE FUNCTION public.f()
 RETURNS public.pair
 LANGUAGE sql
AS $function$SELECT 1, 2, 3$function$;

COMMIT;
