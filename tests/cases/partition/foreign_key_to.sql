-- Another table refers to a partitioned one, whose key changes.

-- from
CREATE TABLE t (id integer, n integer, note text, PRIMARY KEY (id)) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE TABLE c (t_id integer REFERENCES t);

-- to
CREATE TABLE t (id integer, n integer, note text, PRIMARY KEY (id, n), UNIQUE (id)) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE TABLE c (t_id integer REFERENCES t (id));

-- plan
-- file 1 of 8, in a transaction: changes column t.n
-- hazard required-column:t.n: a program that does not write it fails from here on

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_n_not_null CHECK (n IS NOT NULL) NOT VALID;

COMMIT;

-- file 2 of 8, outside a transaction: creates constraint t_1_id_key on t_1
-- hazard add-unique:t_1.t_1_id_key: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY t_1_id_key ON public.t_1 USING btree (id);

-- file 3 of 8, outside a transaction: creates constraint t_1_pkey on t_1
-- hazard add-unique:t_1.t_1_pkey: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY feedstock_new_t_1_pkey ON public.t_1 USING btree (id, n);

-- file 4 of 8, outside a transaction: creates constraint t_2_id_key on t_2
-- hazard add-unique:t_2.t_2_id_key: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY t_2_id_key ON public.t_2 USING btree (id);

-- file 5 of 8, outside a transaction: creates constraint t_2_pkey on t_2
-- hazard add-unique:t_2.t_2_pkey: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY feedstock_new_t_2_pkey ON public.t_2 USING btree (id, n);

-- file 6 of 8, in a transaction: validates column t.n
-- hazard set-not-null:t.n: fails if a row has NULL; to fill such rows: --fill t.n='…'
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_n_not_null;

COMMIT;

-- file 7 of 8, in a transaction: creates constraint t_1_id_key on t_1, constraint t_1_pkey on t_1, constraint t_2_id_key on t_2, constraint t_id_key on t, constraint t_2_pkey on t_2 and 2 more; changes column t.n; drops foreign key c_t_id_fkey on c, constraint t_pkey on t
-- hazard add-unique:t.t_id_key: fails if two rows are alike
-- hazard add-unique:t.t_pkey: fails if two rows are alike
-- hazard unindexed-foreign-key:c.c_t_id_fkey: no index begins with t_id: whoever deletes a row of t waits until all of c is read

BEGIN;

ALTER TABLE public.c DROP CONSTRAINT c_t_id_fkey;

ALTER TABLE public.t DROP CONSTRAINT t_pkey;

ALTER TABLE public.t ALTER COLUMN n SET NOT NULL;
ALTER TABLE public.t DROP CONSTRAINT feedstock_new_n_not_null;

LOCK TABLE ONLY public.t IN ACCESS EXCLUSIVE MODE;

ALTER TABLE public.t_1 ADD CONSTRAINT t_1_id_key UNIQUE USING INDEX t_1_id_key;

ALTER TABLE public.t_1 ADD CONSTRAINT t_1_pkey PRIMARY KEY USING INDEX feedstock_new_t_1_pkey;

ALTER TABLE public.t_2 ADD CONSTRAINT t_2_id_key UNIQUE USING INDEX t_2_id_key;

ALTER TABLE public.t ADD CONSTRAINT t_id_key UNIQUE (id);

ALTER TABLE public.t_2 ADD CONSTRAINT t_2_pkey PRIMARY KEY USING INDEX feedstock_new_t_2_pkey;

ALTER TABLE public.t ADD CONSTRAINT t_pkey PRIMARY KEY (id, n);

ALTER TABLE public.c ADD CONSTRAINT c_t_id_fkey FOREIGN KEY (t_id) REFERENCES public.t(id) NOT VALID;

COMMIT;

-- file 8 of 8, in a transaction: validates foreign key c_t_id_fkey on c
-- hazard long-validation:c: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.c VALIDATE CONSTRAINT c_t_id_fkey;

COMMIT;
