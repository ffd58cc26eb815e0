-- A primary key, and a unique constraint that was an index.

-- from
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE UNIQUE INDEX t_u ON t (id, n);

-- to
CREATE TABLE t (id integer, n integer, note text, PRIMARY KEY (id), CONSTRAINT t_u UNIQUE (id, n)) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);

-- rows
INSERT INTO t VALUES (1, 1, 'a');

-- then
INSERT INTO t VALUES (1, 1, 'a') ON CONFLICT (id) DO NOTHING;

-- plan
-- file 1 of 7, in a transaction: changes column t.id
-- hazard required-column:t.id: a program that does not write it fails from here on

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_id_not_null CHECK (id IS NOT NULL) NOT VALID;

COMMIT;

-- file 2 of 7, outside a transaction: creates constraint t_1_id_n_key on t_1
-- hazard add-unique:t_1.t_1_id_n_key: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY t_1_id_n_key ON public.t_1 USING btree (id, n);

-- file 3 of 7, outside a transaction: creates constraint t_1_pkey on t_1
-- hazard add-unique:t_1.t_1_pkey: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY t_1_pkey ON public.t_1 USING btree (id);

-- file 4 of 7, outside a transaction: creates constraint t_2_id_n_key on t_2
-- hazard add-unique:t_2.t_2_id_n_key: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY t_2_id_n_key ON public.t_2 USING btree (id, n);

-- file 5 of 7, outside a transaction: creates constraint t_2_pkey on t_2
-- hazard add-unique:t_2.t_2_pkey: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY t_2_pkey ON public.t_2 USING btree (id);

-- file 6 of 7, in a transaction: validates column t.id
-- hazard set-not-null:t.id: fails if a row has NULL; to fill such rows: --fill t.id='…'
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_id_not_null;

COMMIT;

-- file 7 of 7, in a transaction: creates constraint t_1_id_n_key on t_1, constraint t_1_pkey on t_1, constraint t_2_id_n_key on t_2, constraint t_u on t, constraint t_2_pkey on t_2 and 1 more; changes column t.id; drops index t_u
-- hazard drop-index:t_u: queries that used it become slow
-- hazard add-unique:t.t_u: fails if two rows are alike
-- hazard add-unique:t.t_pkey: fails if two rows are alike

BEGIN;

DROP INDEX public.t_u;

ALTER TABLE public.t ALTER COLUMN id SET NOT NULL;
ALTER TABLE public.t DROP CONSTRAINT feedstock_new_id_not_null;

LOCK TABLE ONLY public.t IN ACCESS EXCLUSIVE MODE;

ALTER TABLE public.t_1 ADD CONSTRAINT t_1_id_n_key UNIQUE USING INDEX t_1_id_n_key;

ALTER TABLE public.t_1 ADD CONSTRAINT t_1_pkey PRIMARY KEY USING INDEX t_1_pkey;

ALTER TABLE public.t_2 ADD CONSTRAINT t_2_id_n_key UNIQUE USING INDEX t_2_id_n_key;

ALTER TABLE public.t ADD CONSTRAINT t_u UNIQUE (id, n);

ALTER TABLE public.t_2 ADD CONSTRAINT t_2_pkey PRIMARY KEY USING INDEX t_2_pkey;

ALTER TABLE public.t ADD CONSTRAINT t_pkey PRIMARY KEY (id);

COMMIT;
