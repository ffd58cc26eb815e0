-- An aggregate that gives the same type is replaced, and what uses it stays.

-- from
CREATE FUNCTION add(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE FUNCTION text_of(integer) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1::text';
CREATE TABLE t (a integer);
CREATE AGGREGATE total(integer) (SFUNC = add, STYPE = integer, INITCOND = '0');
CREATE VIEW v AS SELECT total(a) FROM t;

-- to
CREATE FUNCTION add(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE FUNCTION text_of(integer) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1::text';
CREATE TABLE t (a integer);
CREATE AGGREGATE total(integer) (SFUNC = add, STYPE = integer, INITCOND = '5', PARALLEL = SAFE);
CREATE VIEW v AS SELECT total(a) FROM t;

-- plan
-- changes aggregate public.total(integer)

BEGIN;

CREATE OR REPLACE AGGREGATE public.total(integer) (SFUNC = public.add, STYPE = integer, INITCOND = '5', PARALLEL = SAFE);

COMMIT;
