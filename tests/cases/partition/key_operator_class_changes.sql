-- The operator class of a partition key and of an index is another one.
-- superuser
-- allow: drop-table:q

-- from
CREATE FUNCTION cmp(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN $1 - $2;
CREATE OPERATOR CLASS oc FOR TYPE integer USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 cmp(integer, integer);
CREATE TABLE t (id integer);
CREATE INDEX i ON t (id oc);
CREATE TABLE q (id integer) PARTITION BY RANGE (id oc);

-- to
CREATE FUNCTION cmp(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN $1 - $2;
CREATE FUNCTION cmp2(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN $1 - $2;
CREATE OPERATOR CLASS oc FOR TYPE integer USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 cmp2(integer, integer);
CREATE TABLE t (id integer);
CREATE INDEX i ON t (id oc);
CREATE TABLE q (id integer) PARTITION BY RANGE (id oc);

-- rows
INSERT INTO t VALUES (1);

-- plan
-- file 1 of 2, in a transaction: creates function public.cmp2(integer, integer), operator class public.oc USING btree, table q; drops index i, table q, operator class public.oc USING btree
-- hazard drop-index:i: queries that use it are slow until it is built again
-- hazard drop-table:q: the table is lost, and with it the rows of the partitions that go

BEGIN;

SET check_function_bodies = off;

DROP INDEX public.i;

DROP TABLE public.q;

DROP OPERATOR CLASS public.oc USING btree;

CREATE OR REPLACE FUNCTION public.cmp2(integer, integer)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
RETURN ($1 - $2);

CREATE OPERATOR CLASS public.oc FOR TYPE integer USING btree FAMILY public.oc AS OPERATOR 1 <(integer,integer), OPERATOR 2 <=(integer,integer), OPERATOR 3 =(integer,integer), OPERATOR 4 >=(integer,integer), OPERATOR 5 >(integer,integer), FUNCTION 1 (integer, integer) public.cmp2(integer,integer);

CREATE TABLE public.q (
    id integer
) PARTITION BY RANGE (id public.oc);

COMMIT;

-- file 2 of 2, outside a transaction: creates index i

CREATE INDEX CONCURRENTLY i ON public.t USING btree (id public.oc);
