-- A function whose name a procedure takes, and an aggregate made of it that goes.

-- from
CREATE FUNCTION plus(a integer, b integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT a + b';
CREATE AGGREGATE total(integer) (SFUNC = plus, STYPE = integer);

-- to
CREATE PROCEDURE plus(a integer, b integer) LANGUAGE sql AS 'SELECT a';

-- plan
SET check_function_bodies = off;

-- hazard drop-function:public.total(integer): a program that calls it fails
DROP AGGREGATE public.total(integer);

-- hazard drop-function:public.plus(a integer, b integer): a program that calls it fails
DROP FUNCTION public.plus(a integer, b integer);

CREATE OR REPLACE PROCEDURE public.plus(IN a integer, IN b integer)
 LANGUAGE sql
AS $procedure$SELECT a$procedure$;
