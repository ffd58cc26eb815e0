-- A function whose name a procedure takes, and an aggregate made of it that goes.

-- from
CREATE FUNCTION plus(a integer, b integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT a + b';
CREATE AGGREGATE total(integer) (SFUNC = plus, STYPE = integer);

-- to
CREATE PROCEDURE plus(a integer, b integer) LANGUAGE sql AS 'SELECT a';

-- plan
-- creates procedure public.plus(IN a integer, IN b integer); drops aggregate public.total(integer), function public.plus(a integer, b integer)
-- hazard drop-function:public.total(integer): a program that calls it fails
-- hazard drop-function:public.plus(a integer, b integer): a program that calls it fails

BEGIN;

SET check_function_bodies = off;

DROP AGGREGATE public.total(integer);

DROP FUNCTION public.plus(a integer, b integer);

CREATE OR REPLACE PROCEDURE public.plus(IN a integer, IN b integer)
 LANGUAGE sql
AS $procedure$SELECT a$procedure$;

COMMIT;
