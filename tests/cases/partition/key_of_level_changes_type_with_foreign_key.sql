-- The key of a level below changes its type while rows refer to rows below it.
-- allow: drop-table:t1

-- from
CREATE TABLE t (id integer, v integer NOT NULL, PRIMARY KEY (id, v)) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100) PARTITION BY LIST (v);
CREATE TABLE t11 PARTITION OF t1 FOR VALUES IN (1);
CREATE TABLE r (id integer, v integer, FOREIGN KEY (id, v) REFERENCES t);

-- to
CREATE TABLE t (id integer, v bigint NOT NULL, PRIMARY KEY (id, v)) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100) PARTITION BY LIST (v);
CREATE TABLE t11 PARTITION OF t1 FOR VALUES IN (1);
CREATE TABLE r (id integer, v bigint, FOREIGN KEY (id, v) REFERENCES t);

-- rows
INSERT INTO t VALUES (1, 1);
INSERT INTO r VALUES (1, 1);

-- plan
-- file 1 of 2, in a transaction: creates table t1, table t1 as one of t, table t11 as one of t1, foreign key r_id_v_fkey on r; changes column r.v, column t.v, column t11.v; drops foreign key r_id_v_fkey on r, table t1 as one of t, table t11 as one of t1, table t1
-- hazard drop-table:t1: the table is lost, and with it the rows of the partitions that go
-- hazard change-type:r.v: integer to bigint: a program that expects the old type may fail
-- hazard change-type:t.v: integer to bigint: a program that expects the old type may fail
-- hazard change-type:t11.v: integer to bigint: a program that expects the old type may fail
-- hazard attach-partition:t1: fails if a row is not within FROM (0) TO (100)
-- hazard attach-partition:t11: fails if a row is not within IN ('1')
-- hazard unindexed-foreign-key:r.r_id_v_fkey: no index begins with id, v: whoever deletes a row of t waits until all of r is read

BEGIN;

ALTER TABLE public.r DROP CONSTRAINT r_id_v_fkey;

ALTER TABLE public.t DETACH PARTITION public.t1;

ALTER TABLE public.t1 DETACH PARTITION public.t11;

DROP TABLE public.t1;

ALTER TABLE public.r ALTER COLUMN v TYPE bigint;

ALTER TABLE public.t ALTER COLUMN v TYPE bigint;

CREATE TABLE public.t1 (
    id integer NOT NULL,
    v bigint NOT NULL,
    CONSTRAINT t1_pkey PRIMARY KEY (id, v)
) PARTITION BY LIST (v);

ALTER TABLE public.t11 ALTER COLUMN v TYPE bigint;

ALTER TABLE public.t ATTACH PARTITION public.t1 FOR VALUES FROM (0) TO (100);

ALTER TABLE public.t1 ATTACH PARTITION public.t11 FOR VALUES IN ('1');

ALTER TABLE public.r ADD CONSTRAINT r_id_v_fkey FOREIGN KEY (id, v) REFERENCES public.t(id, v) NOT VALID;

COMMIT;

-- file 2 of 2, in a transaction: validates foreign key r_id_v_fkey on r; analyzes column r.v
-- hazard long-validation:r: reads every row; nobody waits for it, and it may take its time

BEGIN;

ANALYZE public.r (v);

ALTER TABLE public.r VALIDATE CONSTRAINT r_id_v_fkey;

COMMIT;

-- plan from 18
-- file 1 of 2, in a transaction: creates table t1, table t1 as one of t, table t11 as one of t1, foreign key r_id_v_fkey on r; changes column r.v, column t.v, column t11.v; drops foreign key r_id_v_fkey on r, table t1 as one of t, table t11 as one of t1, table t1
-- hazard drop-table:t1: the table is lost, and with it the rows of the partitions that go
-- hazard change-type:r.v: integer to bigint: a program that expects the old type may fail
-- hazard change-type:t.v: integer to bigint: a program that expects the old type may fail
-- hazard change-type:t11.v: integer to bigint: a program that expects the old type may fail
-- hazard attach-partition:t1: fails if a row is not within FROM (0) TO (100)
-- hazard attach-partition:t11: fails if a row is not within IN ('1')
-- hazard unindexed-foreign-key:r.r_id_v_fkey: no index begins with id, v: whoever deletes a row of t waits until all of r is read

BEGIN;

ALTER TABLE public.r DROP CONSTRAINT r_id_v_fkey;

ALTER TABLE public.t DETACH PARTITION public.t1;

ALTER TABLE public.t1 DETACH PARTITION public.t11;

DROP TABLE public.t1;

ALTER TABLE public.r ALTER COLUMN v TYPE bigint;

ALTER TABLE public.t ALTER COLUMN v TYPE bigint;

CREATE TABLE public.t1 (
    id integer CONSTRAINT t_id_not_null NOT NULL,
    v bigint CONSTRAINT t_v_not_null NOT NULL,
    CONSTRAINT t1_pkey PRIMARY KEY (id, v)
) PARTITION BY LIST (v);

ALTER TABLE public.t11 ALTER COLUMN v TYPE bigint;

ALTER TABLE public.t ATTACH PARTITION public.t1 FOR VALUES FROM (0) TO (100);

ALTER TABLE public.t1 ATTACH PARTITION public.t11 FOR VALUES IN ('1');

ALTER TABLE public.r ADD CONSTRAINT r_id_v_fkey FOREIGN KEY (id, v) REFERENCES public.t(id, v) NOT VALID;

COMMIT;

-- file 2 of 2, in a transaction: validates foreign key r_id_v_fkey on r; analyzes column r.v
-- hazard long-validation:r: reads every row; nobody waits for it, and it may take its time

BEGIN;

ANALYZE public.r (v);

ALTER TABLE public.r VALIDATE CONSTRAINT r_id_v_fkey;

COMMIT;
