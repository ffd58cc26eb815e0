-- A partition takes other values; its rows stay.

-- from
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);

-- to
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2, 3);

-- rows
INSERT INTO t VALUES (2, 1, 'a');

-- then
SELECT tableoid::regclass, * FROM t;
-- t_2 | 2 | 1 | a

-- plan
-- creates table t_2 as one of t; drops table t_2 as one of t
-- hazard attach-partition:t_2: fails if a row is not within IN (2, 3)

BEGIN;

ALTER TABLE public.t DETACH PARTITION public.t_2;
ALTER TABLE public.t ATTACH PARTITION public.t_2 FOR VALUES IN (2, 3);

COMMIT;
