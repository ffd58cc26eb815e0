-- The column of a partition key goes, and another one takes its place.
-- allow: drop-table:t
-- allow: drop-column:t1.id

-- from
CREATE TABLE t (id integer, v integer) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100);

-- to
CREATE TABLE t (v integer) PARTITION BY RANGE (v);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100);

-- rows
INSERT INTO t VALUES (1, 2);

-- plan
-- creates table t; changes table t1 as one of t; drops table t1 as one of t, table t, column t1.id
-- hazard drop-table:t: the table is lost, and with it the rows of the partitions that go
-- hazard drop-column:t1.id: the column and its values are lost
-- hazard attach-partition:t1: fails if a row is not within FROM (0) TO (100)

BEGIN;

ALTER TABLE public.t DETACH PARTITION public.t1;

DROP TABLE public.t;
CREATE TABLE public.t (
    v integer
) PARTITION BY RANGE (v);

ALTER TABLE public.t1 DROP COLUMN id;

ALTER TABLE public.t ATTACH PARTITION public.t1 FOR VALUES FROM (0) TO (100);

COMMIT;
