-- An aggregate comes, another goes.

-- from
CREATE FUNCTION add(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE FUNCTION text_of(integer) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1::text';
CREATE AGGREGATE old(integer) (SFUNC = add, STYPE = integer);

-- to
CREATE FUNCTION add(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE FUNCTION text_of(integer) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1::text';
CREATE AGGREGATE total(integer) (SFUNC = add, STYPE = integer, INITCOND = '0');
COMMENT ON AGGREGATE total(integer) IS 'a sum';

-- plan
-- creates aggregate public.total(integer); drops aggregate public.old(integer)
-- hazard drop-function:public.old(integer): a program that calls it fails

BEGIN;

CREATE OR REPLACE AGGREGATE public.total(integer) (SFUNC = public.add, STYPE = integer, INITCOND = '0');
COMMENT ON AGGREGATE public.total(integer) IS 'a sum';

DROP AGGREGATE public.old(integer);

COMMIT;
