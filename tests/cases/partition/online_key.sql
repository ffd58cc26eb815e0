-- A primary key on two levels: built on the leaves, and each level takes what is below it.

-- measured

-- from
CREATE TABLE t (id integer NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE t_old PARTITION OF t FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') PARTITION BY HASH (id);
CREATE TABLE t_old_0 PARTITION OF t_old FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE TABLE t_rest PARTITION OF t DEFAULT;

-- to
CREATE TABLE t (id integer NOT NULL, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE t_old PARTITION OF t FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') PARTITION BY HASH (id);
CREATE TABLE t_old_0 PARTITION OF t_old FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE TABLE t_rest PARTITION OF t DEFAULT;

-- rows
INSERT INTO t VALUES (1, '2020-06-01'), (1, '2022-06-01');

-- plan
-- file 1 of 3, outside a transaction: creates constraint t_old_0_pkey on t_old_0
-- hazard add-unique:t_old_0.t_old_0_pkey: fails if two rows are alike
-- lock: ShareUpdateExclusiveLock on t_old_0 (blocks neither reads nor writes)
-- scans: t_old_0

CREATE UNIQUE INDEX CONCURRENTLY t_old_0_pkey ON public.t_old_0 USING btree (id, at);

-- file 2 of 3, outside a transaction: creates constraint t_rest_pkey on t_rest
-- hazard add-unique:t_rest.t_rest_pkey: fails if two rows are alike
-- lock: ShareUpdateExclusiveLock on t_rest (blocks neither reads nor writes)
-- scans: t_rest

CREATE UNIQUE INDEX CONCURRENTLY t_rest_pkey ON public.t_rest USING btree (id, at);

-- file 3 of 3, in a transaction: creates constraint t_old_0_pkey on t_old_0, constraint t_old_pkey on t_old, constraint t_rest_pkey on t_rest, constraint t_pkey on t
-- hazard add-unique:t_old.t_old_pkey: fails if two rows are alike
-- hazard block-reads:t, t_old and t_old_0: nobody can read or write it while this statement waits for its lock on t_rest; a file of its own for each table keeps the wait short
-- hazard add-unique:t.t_pkey: fails if two rows are alike
-- lock: AccessExclusiveLock on t (blocks reads and writes)
-- lock: AccessExclusiveLock on t_old_0 (blocks reads and writes) from statement 2 on
-- lock: AccessExclusiveLock on t_old (blocks reads and writes) from statement 3 on
-- lock: AccessExclusiveLock on t_rest (blocks reads and writes) from statement 4 on

BEGIN;

LOCK TABLE ONLY public.t IN ACCESS EXCLUSIVE MODE;

ALTER TABLE public.t_old_0 ADD CONSTRAINT t_old_0_pkey PRIMARY KEY USING INDEX t_old_0_pkey;

ALTER TABLE public.t_old ADD CONSTRAINT t_old_pkey PRIMARY KEY (id, at);

ALTER TABLE public.t_rest ADD CONSTRAINT t_rest_pkey PRIMARY KEY USING INDEX t_rest_pkey;

ALTER TABLE public.t ADD CONSTRAINT t_pkey PRIMARY KEY (id, at);

COMMIT;

-- plan from 18
-- file 1 of 3, outside a transaction: creates constraint t_old_0_pkey on t_old_0
-- hazard add-unique:t_old_0.t_old_0_pkey: fails if two rows are alike
-- lock: ShareUpdateExclusiveLock on t_old_0 (blocks neither reads nor writes)
-- scans: t_old_0

CREATE UNIQUE INDEX CONCURRENTLY t_old_0_pkey ON public.t_old_0 USING btree (id, at);

-- file 2 of 3, outside a transaction: creates constraint t_rest_pkey on t_rest
-- hazard add-unique:t_rest.t_rest_pkey: fails if two rows are alike
-- lock: ShareUpdateExclusiveLock on t_rest (blocks neither reads nor writes)
-- scans: t_rest

CREATE UNIQUE INDEX CONCURRENTLY t_rest_pkey ON public.t_rest USING btree (id, at);

-- file 3 of 3, in a transaction: creates constraint t_old_0_pkey on t_old_0, constraint t_old_pkey on t_old, constraint t_rest_pkey on t_rest, constraint t_pkey on t
-- hazard add-unique:t_old.t_old_pkey: fails if two rows are alike
-- hazard block-reads:t, t_old and t_old_0: nobody can read or write it while this statement waits for its lock on t_rest; a file of its own for each table keeps the wait short
-- hazard add-unique:t.t_pkey: fails if two rows are alike
-- lock: AccessExclusiveLock on t (blocks reads and writes)
-- lock: AccessExclusiveLock on t_old_0 (blocks reads and writes) from statement 2 on
-- lock: AccessExclusiveLock on t_old (blocks reads and writes) from statement 3 on
-- lock: AccessExclusiveLock on t_rest (blocks reads and writes) from statement 4 on

BEGIN;

LOCK TABLE ONLY public.t IN ACCESS EXCLUSIVE MODE;

ALTER TABLE public.t_old_0 ADD CONSTRAINT t_old_0_pkey PRIMARY KEY USING INDEX t_old_0_pkey;

ALTER TABLE public.t_old ADD CONSTRAINT t_old_pkey PRIMARY KEY (id, at);

ALTER TABLE public.t_rest ADD CONSTRAINT t_rest_pkey PRIMARY KEY USING INDEX t_rest_pkey;

ALTER TABLE public.t ADD CONSTRAINT t_pkey PRIMARY KEY (id, at);

COMMIT;
