-- Functions, a procedure and an aggregate that not everybody may call.

-- from
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION g(VARIADIC integer[]) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE p(a integer) LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE many(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0');
REVOKE EXECUTE ON FUNCTION g(integer[]) FROM PUBLIC;

-- to
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION g(VARIADIC integer[]) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE p(a integer) LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE many(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0');
REVOKE EXECUTE ON FUNCTION f(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION f(integer) TO case_reader;
REVOKE ALL ON PROCEDURE p(integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION many() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION many() TO case_reader;

-- plan
-- grants or revokes privileges on aggregate public.many(*), function public.f(a integer), function public.g(VARIADIC integer[]), procedure public.p(IN a integer)
-- hazard revoke:public.many(*): a program that needs it and has it only by PUBLIC fails
-- hazard revoke:public.f(a integer): a program that needs it and has it only by PUBLIC fails
-- hazard revoke:public.p(IN a integer): a program that needs it and has it only by PUBLIC fails

BEGIN;

REVOKE EXECUTE ON FUNCTION public.many() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.many() TO case_reader;

REVOKE EXECUTE ON FUNCTION public.f(a integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.f(a integer) TO case_reader;

GRANT EXECUTE ON FUNCTION public.g(VARIADIC integer[]) TO PUBLIC;

REVOKE EXECUTE ON PROCEDURE public.p(IN a integer) FROM PUBLIC;

COMMIT;
