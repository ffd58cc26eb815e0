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
-- file 1 of 3, in a transaction: creates table t_2, table t_2 as one of t, table t_3 as one of t
-- hazard attach-partition:t_2: fails if a row of t_rest is within IN (2): move such rows first

BEGIN;

CREATE TABLE public.t_2 (
    id integer,
    note text
);

ALTER TABLE public.t ATTACH PARTITION public.t_2 FOR VALUES IN (2);

ALTER TABLE public.t_3 ADD CONSTRAINT feedstock_new_bound CHECK (id IS NOT NULL AND id IN (3)) NOT VALID;

COMMIT;

-- file 2 of 3, in a transaction: validates table t_3 as one of t
-- hazard long-validation:t_3: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t_3 VALIDATE CONSTRAINT feedstock_new_bound;

COMMIT;

-- file 3 of 3, in a transaction: creates table t_3 as one of t
-- hazard attach-partition:t_3: fails if a row is not within IN (3), or one of t_rest is

BEGIN;

ALTER TABLE public.t ATTACH PARTITION public.t_3 FOR VALUES IN (3);
ALTER TABLE public.t_3 DROP CONSTRAINT feedstock_new_bound;

COMMIT;
