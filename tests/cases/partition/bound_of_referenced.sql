-- The bounds of a partition change while a foreign key refers to its table.

-- from
CREATE TABLE t (id integer PRIMARY KEY) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE TABLE c (t_id integer REFERENCES t);

-- to
CREATE TABLE t (id integer PRIMARY KEY) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1, 3);
CREATE TABLE t_2 (id integer PRIMARY KEY);
CREATE TABLE c (t_id integer REFERENCES t);

-- rows
INSERT INTO t VALUES (1), (2);

-- plan
-- file 1 of 2, in a transaction: creates table t_1 as one of t, foreign key c_t_id_fkey on c; drops foreign key c_t_id_fkey on c, table t_1 as one of t, table t_2 as one of t
-- hazard detach-partition:t_2: t has the rows no longer; fails if a row of c refers to one of its rows
-- hazard attach-partition:t_1: fails if a row is not within IN (1, 3)
-- hazard unindexed-foreign-key:c.c_t_id_fkey: no index begins with t_id: whoever deletes a row of t waits until all of c is read

BEGIN;

ALTER TABLE public.c DROP CONSTRAINT c_t_id_fkey;

ALTER TABLE public.t DETACH PARTITION public.t_1;

ALTER TABLE public.t DETACH PARTITION public.t_2;

ALTER TABLE public.t ATTACH PARTITION public.t_1 FOR VALUES IN (1, 3);

ALTER TABLE public.c ADD CONSTRAINT c_t_id_fkey FOREIGN KEY (t_id) REFERENCES public.t(id) NOT VALID;

COMMIT;

-- file 2 of 2, in a transaction: validates foreign key c_t_id_fkey on c
-- hazard long-validation:c: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.c VALIDATE CONSTRAINT c_t_id_fkey;

COMMIT;

-- plan from 18
-- file 1 of 2, in a transaction: creates table t_1 as one of t, foreign key c_t_id_fkey on c; changes column t_2.id; drops foreign key c_t_id_fkey on c, table t_1 as one of t, table t_2 as one of t
-- hazard detach-partition:t_2: t has the rows no longer; fails if a row of c refers to one of its rows
-- hazard attach-partition:t_1: fails if a row is not within IN (1, 3)
-- hazard unindexed-foreign-key:c.c_t_id_fkey: no index begins with t_id: whoever deletes a row of t waits until all of c is read

BEGIN;

ALTER TABLE public.c DROP CONSTRAINT c_t_id_fkey;

ALTER TABLE public.t DETACH PARTITION public.t_1;

ALTER TABLE public.t DETACH PARTITION public.t_2;

ALTER TABLE public.t_2 RENAME CONSTRAINT t_id_not_null TO t_2_id_not_null;

ALTER TABLE public.t ATTACH PARTITION public.t_1 FOR VALUES IN (1, 3);

ALTER TABLE public.c ADD CONSTRAINT c_t_id_fkey FOREIGN KEY (t_id) REFERENCES public.t(id) NOT VALID;

COMMIT;

-- file 2 of 2, in a transaction: validates foreign key c_t_id_fkey on c
-- hazard long-validation:c: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.c VALIDATE CONSTRAINT c_t_id_fkey;

COMMIT;
