-- A column of all partitions may not be NULL any more; one of them had it so before.

-- from
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
ALTER TABLE t_1 ALTER n SET NOT NULL;

-- to
CREATE TABLE t (id integer, n integer NOT NULL, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);

-- plan
-- file 1 of 3, in a transaction: changes column t.n
-- hazard required-column:t.n: a program that does not write it fails from here on

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_n_not_null CHECK (n IS NOT NULL) NOT VALID;

COMMIT;

-- file 2 of 3, in a transaction: validates column t.n
-- hazard set-not-null:t.n: fails if a row has NULL; to fill such rows: --fill t.n='…'
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_n_not_null;

COMMIT;

-- file 3 of 3, in a transaction: changes column t.n

BEGIN;

ALTER TABLE public.t ALTER COLUMN n SET NOT NULL;
ALTER TABLE public.t DROP CONSTRAINT feedstock_new_n_not_null;

COMMIT;

-- plan from 18
-- file 1 of 3, in a transaction: renames constraint t_1_n_not_null on t_1; changes column t.n
-- hazard required-column:t.n: a program that does not write it fails from here on

BEGIN;

ALTER TABLE public.t_1 RENAME CONSTRAINT t_1_n_not_null TO t_n_not_null;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_n_not_null CHECK (n IS NOT NULL) NOT VALID;

COMMIT;

-- file 2 of 3, in a transaction: validates column t.n
-- hazard set-not-null:t.n: fails if a row has NULL; to fill such rows: --fill t.n='…'
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_n_not_null;

COMMIT;

-- file 3 of 3, in a transaction: changes column t.n

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT t_n_not_null NOT NULL n;
ALTER TABLE public.t DROP CONSTRAINT feedstock_new_n_not_null;

COMMIT;
