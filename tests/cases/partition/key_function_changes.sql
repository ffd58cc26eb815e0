-- A function that a partition key calls is made again.
-- allow: drop-table:t

-- from
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN a + 1;
CREATE TABLE t (id integer, v integer) PARTITION BY RANGE (f(id));
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100);

-- to
CREATE FUNCTION f(a integer) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN a + 1;
CREATE TABLE t (id integer, v integer) PARTITION BY RANGE (f(id));
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100);

-- rows
INSERT INTO t VALUES (1, 2);

-- plan
-- creates function public.f(a integer), table t, table t1 as one of t; drops table t1 as one of t, table t, function public.f(a integer)
-- hazard drop-table:t: the table is lost, and with it the rows of the partitions that go
-- hazard changed-function:public.f(a integer): returns bigint, no longer integer: a program that calls it may fail
-- hazard attach-partition:t1: fails if a row is not within FROM ('0') TO ('100')

BEGIN;

SET check_function_bodies = off;

ALTER TABLE public.t DETACH PARTITION public.t1;

DROP TABLE public.t;

DROP FUNCTION public.f(a integer);
CREATE OR REPLACE FUNCTION public.f(a integer)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE
RETURN (a + 1);

CREATE TABLE public.t (
    id integer,
    v integer
) PARTITION BY RANGE (public.f(id));

ALTER TABLE public.t ATTACH PARTITION public.t1 FOR VALUES FROM ('0') TO ('100');

COMMIT;
