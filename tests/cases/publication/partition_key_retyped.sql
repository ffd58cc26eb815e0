-- A partitioned table is made anew, and is published again.
-- since: 15
-- allow: drop-table:t

-- from
CREATE TABLE t (id integer, v text) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100);
CREATE PUBLICATION p FOR TABLE t WITH (publish = 'insert');

-- to
CREATE TABLE t (id bigint, v text) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100);
CREATE PUBLICATION p FOR TABLE t WITH (publish = 'insert');

-- plan
-- creates table t, table t1 as one of t, publication p on t; changes column t1.id; drops table t1 as one of t, table t
-- hazard drop-table:t: the table is lost, and with it the rows of the partitions that go
-- hazard change-type:t1.id: integer to bigint: a program that expects the old type may fail
-- hazard attach-partition:t1: fails if a row is not within FROM ('0') TO ('100')

BEGIN;

ALTER TABLE public.t DETACH PARTITION public.t1;

DROP TABLE public.t;
CREATE TABLE public.t (
    id bigint,
    v text
) PARTITION BY RANGE (id);

ALTER TABLE public.t1 ALTER COLUMN id TYPE bigint;

ALTER TABLE public.t ATTACH PARTITION public.t1 FOR VALUES FROM ('0') TO ('100');

ALTER PUBLICATION p ADD TABLE ONLY public.t;

COMMIT;
