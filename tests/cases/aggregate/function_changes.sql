-- The function of an aggregate gets other arguments.

-- from
CREATE FUNCTION add(state integer, more integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 + $2';
CREATE AGGREGATE total(integer) (SFUNC = add, STYPE = integer);

-- to
CREATE FUNCTION add(state bigint, more integer) RETURNS bigint LANGUAGE sql AS 'SELECT $1 + $2';
CREATE AGGREGATE total(integer) (SFUNC = add, STYPE = bigint);

-- plan
-- creates function public.add(state bigint, more integer), aggregate public.total(integer); drops aggregate public.total(integer), function public.add(state integer, more integer)
-- hazard changed-function:public.total(integer): returns bigint, no longer integer: a program that calls it may fail
-- hazard drop-function:public.add(state integer, more integer): a program that calls it fails

BEGIN;

SET check_function_bodies = off;

DROP AGGREGATE public.total(integer);

DROP FUNCTION public.add(state integer, more integer);

CREATE OR REPLACE FUNCTION public.add(state bigint, more integer)
 RETURNS bigint
 LANGUAGE sql
AS $function$SELECT $1 + $2$function$;

CREATE OR REPLACE AGGREGATE public.total(integer) (SFUNC = public.add, STYPE = bigint);

COMMIT;
