-- A new partition comes when the table has all that is new: its check for NULL is gone by then.

-- from
CREATE TABLE t (id integer, n integer) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);

-- to
CREATE TABLE t (id integer, n integer NOT NULL, PRIMARY KEY (id, n)) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE INDEX t_n ON t (n);

-- rows
INSERT INTO t VALUES (1, 1), (1, 2);

-- plan
-- file 1 of 5, in a transaction: creates table t_2, index t_2_n_idx; changes column t.id, column t.n
-- hazard required-column:t.id: a program that does not write it fails from here on
-- hazard required-column:t.n: a program that does not write it fails from here on

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_id_not_null CHECK (id IS NOT NULL) NOT VALID;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_n_not_null CHECK (n IS NOT NULL) NOT VALID;

CREATE TABLE public.t_2 (
    id integer NOT NULL,
    n integer NOT NULL,
    CONSTRAINT t_2_pkey PRIMARY KEY (id, n)
);

CREATE INDEX t_2_n_idx ON public.t_2 USING btree (n);

COMMIT;

-- file 2 of 5, outside a transaction: creates constraint t_1_pkey on t_1
-- hazard add-unique:t_1.t_1_pkey: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY t_1_pkey ON public.t_1 USING btree (id, n);

-- file 3 of 5, outside a transaction: creates index t_1_n_idx

CREATE INDEX CONCURRENTLY t_1_n_idx ON public.t_1 USING btree (n);

-- file 4 of 5, in a transaction: validates column t.id, column t.n
-- hazard set-not-null:t.id: fails if a row has NULL; to fill such rows: --fill t.id='…'
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time
-- hazard set-not-null:t.n: fails if a row has NULL; to fill such rows: --fill t.n='…'

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_id_not_null,
    VALIDATE CONSTRAINT feedstock_new_n_not_null;

COMMIT;

-- file 5 of 5, in a transaction: creates constraint t_1_pkey on t_1, constraint t_pkey on t, index t_n, table t_2 as one of t; changes column t.id, column t.n
-- hazard add-unique:t.t_pkey: fails if two rows are alike

BEGIN;

ALTER TABLE public.t ALTER COLUMN id SET NOT NULL;
ALTER TABLE public.t DROP CONSTRAINT feedstock_new_id_not_null;

ALTER TABLE public.t ALTER COLUMN n SET NOT NULL;
ALTER TABLE public.t DROP CONSTRAINT feedstock_new_n_not_null;

LOCK TABLE ONLY public.t IN ACCESS EXCLUSIVE MODE;

ALTER TABLE public.t_1 ADD CONSTRAINT t_1_pkey PRIMARY KEY USING INDEX t_1_pkey;

ALTER TABLE public.t ADD CONSTRAINT t_pkey PRIMARY KEY (id, n);

CREATE INDEX t_n ON public.t USING btree (n);

ALTER TABLE public.t ATTACH PARTITION public.t_2 FOR VALUES IN (2);

COMMIT;

-- plan from 18
-- file 1 of 5, in a transaction: creates table t_2, index t_2_n_idx; changes column t.id, column t.n
-- hazard required-column:t.id: a program that does not write it fails from here on
-- hazard required-column:t.n: a program that does not write it fails from here on

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_id_not_null CHECK (id IS NOT NULL) NOT VALID;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_n_not_null CHECK (n IS NOT NULL) NOT VALID;

CREATE TABLE public.t_2 (
    id integer CONSTRAINT t_id_not_null NOT NULL,
    n integer CONSTRAINT t_n_not_null NOT NULL,
    CONSTRAINT t_2_pkey PRIMARY KEY (id, n)
);

CREATE INDEX t_2_n_idx ON public.t_2 USING btree (n);

COMMIT;

-- file 2 of 5, outside a transaction: creates constraint t_1_pkey on t_1
-- hazard add-unique:t_1.t_1_pkey: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY t_1_pkey ON public.t_1 USING btree (id, n);

-- file 3 of 5, outside a transaction: creates index t_1_n_idx

CREATE INDEX CONCURRENTLY t_1_n_idx ON public.t_1 USING btree (n);

-- file 4 of 5, in a transaction: validates column t.id, column t.n
-- hazard set-not-null:t.id: fails if a row has NULL; to fill such rows: --fill t.id='…'
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time
-- hazard set-not-null:t.n: fails if a row has NULL; to fill such rows: --fill t.n='…'

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_id_not_null,
    VALIDATE CONSTRAINT feedstock_new_n_not_null;

COMMIT;

-- file 5 of 5, in a transaction: creates constraint t_1_pkey on t_1, constraint t_pkey on t, index t_n, table t_2 as one of t; changes column t.id, column t.n
-- hazard add-unique:t.t_pkey: fails if two rows are alike

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT t_id_not_null NOT NULL id;
ALTER TABLE public.t DROP CONSTRAINT feedstock_new_id_not_null;

ALTER TABLE public.t ADD CONSTRAINT t_n_not_null NOT NULL n;
ALTER TABLE public.t DROP CONSTRAINT feedstock_new_n_not_null;

LOCK TABLE ONLY public.t IN ACCESS EXCLUSIVE MODE;

ALTER TABLE public.t_1 ADD CONSTRAINT t_1_pkey PRIMARY KEY USING INDEX t_1_pkey;

ALTER TABLE public.t ADD CONSTRAINT t_pkey PRIMARY KEY (id, n);

CREATE INDEX t_n ON public.t USING btree (n);

ALTER TABLE public.t ATTACH PARTITION public.t_2 FOR VALUES IN (2);

COMMIT;
