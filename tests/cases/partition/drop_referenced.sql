-- A partition goes while a foreign key refers to its table, and so does one with partitions of its own.
-- allow: drop-table:t_2
-- allow: drop-table:t_3
-- allow: drop-table:t_3a

-- from
CREATE TABLE t (id integer PRIMARY KEY) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE TABLE t_3 PARTITION OF t FOR VALUES IN (3) PARTITION BY LIST (id);
CREATE TABLE t_3a PARTITION OF t_3 FOR VALUES IN (3);
CREATE TABLE c (t_id integer REFERENCES t);

-- to
CREATE TABLE t (id integer PRIMARY KEY) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE c (t_id integer REFERENCES t);

-- rows
INSERT INTO t VALUES (1), (2), (3);
INSERT INTO c VALUES (1);

-- then
SELECT id FROM t;
-- 1

-- plan
-- file 1 of 3, in a transaction: drops table t_2 as one of t, table t_3 as one of t, table t_3a
-- hazard detach-partition:t_2: t has the rows no longer; fails if a row of c refers to one of its rows
-- hazard detach-partition:t_3: t has the rows no longer; fails if a row of c refers to one of its rows
-- hazard drop-table:t_3a: the table and its rows are lost

BEGIN;

ALTER TABLE public.t DETACH PARTITION public.t_2;

ALTER TABLE public.t DETACH PARTITION public.t_3;

DROP TABLE public.t_3a;

COMMIT;

-- file 2 of 3, in a transaction: drops table t_3
-- hazard drop-table:t_3: the table is lost, and with it the rows of the partitions that go

BEGIN;

DROP TABLE public.t_3;

COMMIT;

-- file 3 of 3, in a transaction: drops table t_2
-- hazard drop-table:t_2: the table and its rows are lost

BEGIN;

DROP TABLE public.t_2;

COMMIT;
