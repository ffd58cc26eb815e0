-- An index on a function whose body changes, and one on a function whose signature changes.

-- from
CREATE FUNCTION f(a integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT a + 1';
CREATE FUNCTION g(a integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT a + 1';
CREATE TABLE t (a integer);
CREATE INDEX i ON t (f(a));
CREATE INDEX j ON t (g(a));

-- to
CREATE FUNCTION f(a integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT a + 2';
CREATE FUNCTION g(a integer, b integer DEFAULT 1) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT a + b';
CREATE TABLE t (a integer);
CREATE INDEX i ON t (f(a));
CREATE INDEX j ON t (g(a));

-- plan
-- file 1 of 2, in a transaction: creates function public.g(a integer, b integer); changes function public.f(a integer); drops index j, function public.g(a integer)
-- hazard drop-index:j: queries that use it are slow until it is built again
-- hazard drop-function:public.g(a integer): a program that calls it fails
-- hazard changed-function:public.f(a integer): what was computed with it stays as it was until it is made again: index i

BEGIN;

SET check_function_bodies = off;

DROP INDEX public.j;

DROP FUNCTION public.g(a integer);

CREATE OR REPLACE FUNCTION public.g(a integer, b integer DEFAULT 1)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
AS $function$SELECT a + b$function$;

CREATE OR REPLACE FUNCTION public.f(a integer)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
AS $function$SELECT a + 2$function$;

COMMIT;

-- file 2 of 2, outside a transaction: creates index j

CREATE INDEX CONCURRENTLY j ON public.t USING btree (public.g(a));
