-- A check comes to all partitions, another one goes; one of them has its own.

-- from
CREATE TABLE t (id integer, n integer, note text, CONSTRAINT old CHECK (n > 0)) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
ALTER TABLE t_1 ADD CONSTRAINT own CHECK (n > 1);

-- to
CREATE TABLE t (id integer, n integer, note text, CONSTRAINT new CHECK (n < 9)) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
ALTER TABLE t_1 ADD CONSTRAINT own CHECK (n > 2);

-- plan
-- file 1 of 3, in a transaction: creates constraint new on t, constraint own on t_1

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT new CHECK ((n < 9)) NOT VALID;

ALTER TABLE public.t_1 ADD CONSTRAINT feedstock_new_own CHECK ((n > 2)) NOT VALID;

COMMIT;

-- file 2 of 3, in a transaction: validates constraint new on t, constraint own on t_1
-- hazard add-check:t.new: fails if a row breaks it
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time
-- hazard add-check:t_1.own: fails if a row breaks it
-- hazard long-validation:t_1: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT new;

ALTER TABLE public.t_1 VALIDATE CONSTRAINT feedstock_new_own;

COMMIT;

-- file 3 of 3, in a transaction: creates constraint own on t_1; drops constraint old on t

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT old;

ALTER TABLE public.t_1 DROP CONSTRAINT own;
ALTER TABLE public.t_1 RENAME CONSTRAINT feedstock_new_own TO own;

COMMIT;
