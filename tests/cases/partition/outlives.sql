-- A partition outlives the table that it was a part of.
-- allow: drop-table:t
-- allow: drop-table:t_2

-- from
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);

-- to
CREATE TABLE t_1 (id integer, n integer, note text);

-- rows
INSERT INTO t VALUES (1, 1, 'a');

-- then
SELECT * FROM t_1;
-- 1 | 1 | a

-- plan
-- drops table t_1 as one of t, table t_2, table t
-- hazard detach-partition:t_1: t has the rows no longer
-- hazard drop-table:t_2: the table and its rows are lost
-- hazard drop-table:t: the table is lost, and with it the rows of the partitions that go

BEGIN;

ALTER TABLE public.t DETACH PARTITION public.t_1;

DROP TABLE public.t_2;

DROP TABLE public.t;

COMMIT;
