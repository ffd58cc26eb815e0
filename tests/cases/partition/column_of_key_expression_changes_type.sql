-- A column in the expression of a partition key changes its type.
-- allow: drop-table:t

-- from
CREATE TABLE t (id integer, v integer) PARTITION BY HASH ((id + v));
CREATE TABLE t1 PARTITION OF t FOR VALUES WITH (MODULUS 1, REMAINDER 0);

-- to
CREATE TABLE t (id bigint, v integer) PARTITION BY HASH ((id + v));
CREATE TABLE t1 PARTITION OF t FOR VALUES WITH (MODULUS 1, REMAINDER 0);

-- rows
INSERT INTO t VALUES (1, 2);

-- plan
-- creates table t, table t1 as one of t; changes column t1.id; drops table t1 as one of t, table t
-- hazard drop-table:t: the table is lost, and with it the rows of the partitions that go
-- hazard change-type:t1.id: integer to bigint: a program that expects the old type may fail
-- hazard attach-partition:t1: fails if a row is not within WITH (modulus 1, remainder 0)

BEGIN;

ALTER TABLE public.t DETACH PARTITION public.t1;

DROP TABLE public.t;
CREATE TABLE public.t (
    id bigint,
    v integer
) PARTITION BY HASH (((id + v)));

ALTER TABLE public.t1 ALTER COLUMN id TYPE bigint;

ALTER TABLE public.t ATTACH PARTITION public.t1 FOR VALUES WITH (modulus 1, remainder 0);

COMMIT;
