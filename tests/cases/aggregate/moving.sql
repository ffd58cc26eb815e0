-- An aggregate of no arguments, and one for moving windows.

-- from
CREATE FUNCTION add(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE FUNCTION take(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 - $2';
CREATE FUNCTION next(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 1';
CREATE AGGREGATE total(integer) (SFUNC = add, STYPE = integer);

-- to
CREATE FUNCTION add(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE FUNCTION take(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 - $2';
CREATE FUNCTION next(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 1';
CREATE AGGREGATE total(integer) (SFUNC = add, STYPE = integer, SSPACE = 8, COMBINEFUNC = add,
    MSFUNC = add, MINVFUNC = take, MSTYPE = integer, MSSPACE = 16, MINITCOND = '0');
CREATE AGGREGATE many(*) (SFUNC = next, STYPE = integer, INITCOND = '0');

-- plan
-- creates aggregate public.many(*); changes aggregate public.total(integer)

BEGIN;

CREATE OR REPLACE AGGREGATE public.many(*) (SFUNC = public.next, STYPE = integer, INITCOND = '0');

CREATE OR REPLACE AGGREGATE public.total(integer) (SFUNC = public.add, STYPE = integer, SSPACE = 8, COMBINEFUNC = public.add, MSFUNC = public.add, MINVFUNC = public.take, MSTYPE = integer, MSSPACE = 16, MINITCOND = '0');

COMMIT;
