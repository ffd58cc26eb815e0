-- An operator class that an index uses loses an operator.
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
CREATE TABLE t (a pair);
CREATE OPERATOR FAMILY f USING btree;
CREATE OPERATOR CLASS pair_ops FOR TYPE pair USING btree FAMILY f AS
    OPERATOR 1 <#, OPERATOR 3 =#, OPERATOR 5 #>, FUNCTION 1 pair_cmp(pair, pair);
CREATE INDEX i ON t (a pair_ops);

-- to
CREATE TYPE pair AS (x integer, y integer);
CREATE FUNCTION pair_lt(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.x < $2.x';
CREATE FUNCTION pair_gt(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.x > $2.x';
CREATE FUNCTION pair_eq(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.x = $2.x';
CREATE FUNCTION pair_cmp(pair, pair) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1.x - $2.x';
CREATE OPERATOR <# (FUNCTION = pair_lt, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = #>);
CREATE OPERATOR #> (FUNCTION = pair_gt, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = <#);
CREATE OPERATOR =# (FUNCTION = pair_eq, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = =#);
CREATE TABLE t (a pair);
CREATE OPERATOR FAMILY f USING btree;
CREATE OPERATOR CLASS pair_ops FOR TYPE pair USING btree FAMILY f AS
    OPERATOR 1 <#, OPERATOR 3 =#, FUNCTION 1 pair_cmp(pair, pair);
CREATE INDEX i ON t (a pair_ops);

-- plan
-- file 1 of 2, in a transaction: creates operator class public.pair_ops USING btree; drops index i, operator class public.pair_ops USING btree
-- hazard drop-index:i: queries that use it are slow until it is built again

BEGIN;

DROP INDEX public.i;

DROP OPERATOR CLASS public.pair_ops USING btree;
CREATE OPERATOR CLASS public.pair_ops FOR TYPE public.pair USING btree FAMILY public.f AS OPERATOR 1 public.<#(public.pair,public.pair), OPERATOR 3 public.=#(public.pair,public.pair), FUNCTION 1 (public.pair, public.pair) public.pair_cmp(public.pair,public.pair);

COMMIT;

-- file 2 of 2, outside a transaction: creates index i

CREATE INDEX CONCURRENTLY i ON public.t USING btree (a public.pair_ops);
