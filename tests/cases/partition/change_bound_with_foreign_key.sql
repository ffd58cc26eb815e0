-- The bound of a partition changes while rows refer to its rows.

-- from
CREATE TABLE t (id integer PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100);
CREATE TABLE r (t_id integer REFERENCES t);

-- to
CREATE TABLE t (id integer PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (200);
CREATE TABLE r (t_id integer REFERENCES t);

-- rows
INSERT INTO t VALUES (1);
INSERT INTO r VALUES (1);

-- plan
-- file 1 of 2, in a transaction: creates table t1 as one of t, foreign key r_t_id_fkey on r; drops foreign key r_t_id_fkey on r, table t1 as one of t
-- hazard attach-partition:t1: fails if a row is not within FROM (0) TO (200)
-- hazard unindexed-foreign-key:r.r_t_id_fkey: no index begins with t_id: whoever deletes a row of t waits until all of r is read

BEGIN;

ALTER TABLE public.r DROP CONSTRAINT r_t_id_fkey;

ALTER TABLE public.t DETACH PARTITION public.t1;
ALTER TABLE public.t ATTACH PARTITION public.t1 FOR VALUES FROM (0) TO (200);

ALTER TABLE public.r ADD CONSTRAINT r_t_id_fkey FOREIGN KEY (t_id) REFERENCES public.t(id) NOT VALID;

COMMIT;

-- file 2 of 2, in a transaction: validates foreign key r_t_id_fkey on r
-- hazard long-validation:r: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.r VALIDATE CONSTRAINT r_t_id_fkey;

COMMIT;
