-- A function becomes an aggregate of the same name.

-- from
CREATE FUNCTION add(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE FUNCTION total(integer) RETURNS integer LANGUAGE sql AS 'SELECT $1';

-- to
CREATE FUNCTION add(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE AGGREGATE total(integer) (SFUNC = add, STYPE = integer);

-- plan
-- creates aggregate public.total(integer); drops function public.total(integer)
-- hazard drop-function:public.total(integer): a program that calls it fails

BEGIN;

DROP FUNCTION public.total(integer);

CREATE OR REPLACE AGGREGATE public.total(integer) (SFUNC = public.add, STYPE = integer);

COMMIT;
