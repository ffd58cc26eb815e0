-- A function, a procedure and a function of a table come and go.

-- from
CREATE FUNCTION old(a integer, b text DEFAULT 'x') RETURNS integer LANGUAGE sql AS 'SELECT $1';
CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1';

-- to
CREATE FUNCTION new(VARIADIC a integer[]) RETURNS TABLE (x integer, y text) LANGUAGE sql AS 'SELECT 1, ''a''';
CREATE PROCEDURE q(INOUT a integer) LANGUAGE plpgsql AS $$ BEGIN a := 1; END $$;
COMMENT ON PROCEDURE q(integer) IS 'q';

-- plan
-- creates function public.new(VARIADIC a integer[]), procedure public.q(INOUT a integer); drops procedure public.p(), function public.old(a integer, b text)
-- hazard drop-function:public.p(): a program that calls it fails
-- hazard drop-function:public.old(a integer, b text): a program that calls it fails

BEGIN;

SET check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.new(VARIADIC a integer[])
 RETURNS TABLE(x integer, y text)
 LANGUAGE sql
AS $function$SELECT 1, 'a'$function$;

CREATE OR REPLACE PROCEDURE public.q(INOUT a integer)
 LANGUAGE plpgsql
AS $procedure$ BEGIN a := 1; END $procedure$;
COMMENT ON PROCEDURE public.q(INOUT a integer) IS 'q';

DROP PROCEDURE public.p();

DROP FUNCTION public.old(a integer, b text);

COMMIT;
