-- A check of all partitions says something else.

-- from
CREATE TABLE t (id integer, n integer, note text, CONSTRAINT c CHECK (n > 0)) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);

-- to
CREATE TABLE t (id integer, n integer, note text, CONSTRAINT c CHECK (n > 1)) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);

-- plan
-- file 1 of 3, in a transaction: creates constraint c on t

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_c CHECK ((n > 1)) NOT VALID;

COMMIT;

-- file 2 of 3, in a transaction: validates constraint c on t
-- hazard add-check:t.c: fails if a row breaks it
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_c;

COMMIT;

-- file 3 of 3, in a transaction: creates constraint c on t

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT c;
ALTER TABLE public.t RENAME CONSTRAINT feedstock_new_c TO c;

COMMIT;
