-- A column of all partitions goes, and with it its indexes.
-- allow: drop-column:t.n

-- from
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE INDEX t_n ON t (n);

-- to
CREATE TABLE t (id integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);

-- rows
INSERT INTO t VALUES (1, 1, 'a');

-- then
SELECT * FROM t;
-- 1 | a

-- plan
-- drops column t.n
-- hazard drop-column:t.n: the column and its values are lost

BEGIN;

ALTER TABLE public.t DROP COLUMN n;

COMMIT;
