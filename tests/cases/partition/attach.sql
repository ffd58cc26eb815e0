-- A table becomes a partition, another one stops being one.

-- from
CREATE TABLE t (id integer, note text, UNIQUE (id), CHECK (id > 0)) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 (id integer, note text);

-- to
CREATE TABLE t (id integer, note text, UNIQUE (id), CHECK (id > 0)) PARTITION BY LIST (id);
CREATE TABLE t_1 (id integer, note text, UNIQUE (id), CHECK (id > 0));
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);

-- rows
INSERT INTO t VALUES (1, 'one');
INSERT INTO t_2 VALUES (2, 'two');

-- then
SELECT id, note FROM t;
-- 2 | two
SELECT id, note FROM t_1;
-- 1 | one

-- plan
-- creates constraint t_1_id_check on t_1, constraint t_2_id_key on t_2, constraint t_id_check on t_2, table t_2 as one of t; drops table t_1 as one of t, constraint t_id_check on t_1
-- hazard detach-partition:t_1: t has the rows no longer
-- hazard add-check:t_1.t_1_id_check: fails if a row breaks it
-- hazard add-unique:t_2.t_2_id_key: fails if two rows are alike
-- hazard add-check:t_2.t_id_check: fails if a row breaks it
-- hazard attach-partition:t_2: fails if a row is not within IN (2)

BEGIN;

ALTER TABLE public.t DETACH PARTITION public.t_1;

ALTER TABLE public.t_1 DROP CONSTRAINT t_id_check;

ALTER TABLE public.t_1 ADD CONSTRAINT t_1_id_check CHECK ((id > 0));

ALTER TABLE public.t_2 ADD CONSTRAINT t_2_id_key UNIQUE (id);

ALTER TABLE public.t_2 ADD CONSTRAINT t_id_check CHECK ((id > 0));

ALTER TABLE public.t ATTACH PARTITION public.t_2 FOR VALUES IN (2);

COMMIT;
