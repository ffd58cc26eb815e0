-- A unique index calls a function that is made anew: it cannot be built before, and must be back at once.

-- from
CREATE FUNCTION f(a integer) RETURNS integer IMMUTABLE LANGUAGE sql AS $$SELECT a$$;
CREATE TABLE t (a integer);
CREATE UNIQUE INDEX i ON t (f(a));

-- to
CREATE FUNCTION f(b integer) RETURNS integer IMMUTABLE LANGUAGE sql AS $$SELECT b$$;
CREATE TABLE t (a integer);
CREATE UNIQUE INDEX i ON t (f(a));

-- plan
-- creates function public.f(b integer), index i; drops index i, function public.f(a integer)
-- hazard drop-function:public.f(a integer): a program that calls it fails
-- hazard add-unique:i: fails if two rows are alike
-- hazard no-online-way:i: others wait for the table while the index is built

BEGIN;

SET check_function_bodies = off;

DROP INDEX public.i;

DROP FUNCTION public.f(a integer);

CREATE OR REPLACE FUNCTION public.f(b integer)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
AS $function$SELECT b$function$;

CREATE UNIQUE INDEX i ON public.t USING btree (public.f(a));

COMMIT;
