-- A partition of one table becomes a partition of another one.

-- from
CREATE TABLE t (id integer, n integer, note text, UNIQUE (id)) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE TABLE u (id integer, n integer, note text, UNIQUE (id)) PARTITION BY LIST (id);

-- to
CREATE TABLE t (id integer, n integer, note text, UNIQUE (id)) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE u (id integer, n integer, note text, UNIQUE (id)) PARTITION BY LIST (id);
CREATE TABLE t_2 PARTITION OF u FOR VALUES IN (2);

-- rows
INSERT INTO t VALUES (2, 1, 'a');

-- then
SELECT * FROM u;
-- 2 | 1 | a

-- plan
-- creates table t_2 as one of u; drops table t_2 as one of t
-- hazard detach-partition:t_2: t has the rows no longer
-- hazard attach-partition:t_2: fails if a row is not within IN (2)

BEGIN;

ALTER TABLE public.t DETACH PARTITION public.t_2;

ALTER TABLE public.u ATTACH PARTITION public.t_2 FOR VALUES IN (2);

COMMIT;
