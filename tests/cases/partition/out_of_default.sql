-- New partitions for values that the default one may have rows of; one of them was a table before.

-- from
CREATE TABLE t (id integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_rest PARTITION OF t DEFAULT;
CREATE TABLE t_3 (id integer, note text);

-- to
CREATE TABLE t (id integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE TABLE t_3 PARTITION OF t FOR VALUES IN (3);
CREATE TABLE t_rest PARTITION OF t DEFAULT;

-- rows
INSERT INTO t VALUES (1, 'a'), (4, 'b');
INSERT INTO t_3 VALUES (3, 'c');

-- then
SELECT tableoid::regclass, note FROM t ORDER BY id;
-- t_1 | a
-- t_3 | c
-- t_rest | b

-- plan
-- creates table t_2, table t_2 as one of t, table t_3 as one of t
-- hazard attach-partition:t_2: fails if a row of t_rest is within IN (2): move such rows first
-- hazard attach-partition:t_3: fails if a row is not within IN (3), or one of t_rest is

BEGIN;

CREATE TABLE public.t_2 (
    id integer,
    note text
);

ALTER TABLE public.t ATTACH PARTITION public.t_2 FOR VALUES IN (2);

ALTER TABLE public.t ATTACH PARTITION public.t_3 FOR VALUES IN (3);

COMMIT;
