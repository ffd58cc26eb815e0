-- What is loose in an operator family comes and goes.
-- superuser

-- from
CREATE TYPE pair AS (x integer, y integer);
CREATE FUNCTION pair_lt(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.x < $2.x';
CREATE FUNCTION pair_gt(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.x > $2.x';
CREATE FUNCTION pair_eq(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.x = $2.x';
CREATE FUNCTION pair_cmp(pair, pair) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1.x - $2.x';
CREATE OPERATOR <# (FUNCTION = pair_lt, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = #>);
CREATE OPERATOR #> (FUNCTION = pair_gt, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = <#);
CREATE OPERATOR =# (FUNCTION = pair_eq, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = =#);
CREATE FUNCTION pair_int_lt(pair, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.x < $2';
CREATE FUNCTION pair_int_cmp(pair, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1.x - $2';
CREATE OPERATOR <# (FUNCTION = pair_int_lt, LEFTARG = pair, RIGHTARG = integer);
CREATE OPERATOR FAMILY f USING btree;
ALTER OPERATOR FAMILY f USING btree ADD OPERATOR 1 <# (pair, integer);

-- to
CREATE TYPE pair AS (x integer, y integer);
CREATE FUNCTION pair_lt(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.x < $2.x';
CREATE FUNCTION pair_gt(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.x > $2.x';
CREATE FUNCTION pair_eq(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.x = $2.x';
CREATE FUNCTION pair_cmp(pair, pair) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1.x - $2.x';
CREATE OPERATOR <# (FUNCTION = pair_lt, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = #>);
CREATE OPERATOR #> (FUNCTION = pair_gt, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = <#);
CREATE OPERATOR =# (FUNCTION = pair_eq, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = =#);
CREATE FUNCTION pair_int_lt(pair, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.x < $2';
CREATE FUNCTION pair_int_cmp(pair, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1.x - $2';
CREATE OPERATOR <# (FUNCTION = pair_int_lt, LEFTARG = pair, RIGHTARG = integer);
CREATE OPERATOR FAMILY f USING btree;
ALTER OPERATOR FAMILY f USING btree ADD FUNCTION 1 pair_int_cmp(pair, integer);

-- plan
-- changes operator family public.f USING btree

BEGIN;

ALTER OPERATOR FAMILY public.f USING btree DROP OPERATOR 1 (public.pair, integer);
ALTER OPERATOR FAMILY public.f USING btree ADD FUNCTION 1 (public.pair, integer) public.pair_int_cmp(public.pair,integer);

COMMIT;
