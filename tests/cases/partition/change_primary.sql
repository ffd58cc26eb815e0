-- Another primary key: the old one holds until the new one is built everywhere.

-- from
CREATE TABLE t (id integer NOT NULL, n integer NOT NULL, CONSTRAINT old PRIMARY KEY (id)) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);

-- to
CREATE TABLE t (id integer NOT NULL, n integer NOT NULL, PRIMARY KEY (id, n)) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);

-- rows
INSERT INTO t VALUES (1, 1), (2, 2);

-- plan
-- file 1 of 3, outside a transaction: creates constraint t_1_pkey on t_1
-- hazard add-unique:t_1.t_1_pkey: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY feedstock_new_t_1_pkey ON public.t_1 USING btree (id, n);

-- file 2 of 3, outside a transaction: creates constraint t_2_pkey on t_2
-- hazard add-unique:t_2.t_2_pkey: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY feedstock_new_t_2_pkey ON public.t_2 USING btree (id, n);

-- file 3 of 3, in a transaction: creates constraint t_1_pkey on t_1, constraint t_2_pkey on t_2, constraint t_pkey on t; drops constraint old on t
-- hazard drop-unique:old: two rows may be alike from here on, and ON CONFLICT of its columns fails
-- hazard add-unique:t.t_pkey: fails if two rows are alike

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT old;

LOCK TABLE ONLY public.t IN ACCESS EXCLUSIVE MODE;

ALTER TABLE public.t_1 ADD CONSTRAINT t_1_pkey PRIMARY KEY USING INDEX feedstock_new_t_1_pkey;

ALTER TABLE public.t_2 ADD CONSTRAINT t_2_pkey PRIMARY KEY USING INDEX feedstock_new_t_2_pkey;

ALTER TABLE public.t ADD CONSTRAINT t_pkey PRIMARY KEY (id, n);

COMMIT;
