-- A partition key with an identity, a foreign key to it and a view changes its type.
-- allow: drop-table:t

-- from
CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY, v text DEFAULT 'x' NOT NULL, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100);
CREATE TABLE r (t_id integer REFERENCES t);
CREATE VIEW w AS SELECT * FROM t;
COMMENT ON TABLE t IS 'ours';

-- to
CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY, v text DEFAULT 'x' NOT NULL, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100);
CREATE TABLE r (t_id bigint REFERENCES t);
CREATE VIEW w AS SELECT * FROM t;
COMMENT ON TABLE t IS 'ours';

-- rows
INSERT INTO t (v) VALUES ('a'), ('b');
INSERT INTO r VALUES (1);

-- plan
-- file 1 of 2, in a transaction: creates table t, table t1 as one of t, foreign key r_t_id_fkey on r, view w; changes column r.t_id, column t1.id; drops foreign key r_t_id_fkey on r, table t1 as one of t, view w, table t
-- hazard change-type:w.id: integer to bigint: a program that expects the old type may fail
-- hazard drop-table:t: the table is lost, and with it the rows of the partitions that go
-- hazard identity-restarts:t.id: begins at its start again, and may give a number that a row has: set its sequence by hand
-- hazard change-type:r.t_id: integer to bigint: a program that expects the old type may fail
-- hazard change-type:t1.id: integer to bigint: a program that expects the old type may fail
-- hazard attach-partition:t1: fails if a row is not within FROM ('0') TO ('100')

BEGIN;

ALTER TABLE public.r DROP CONSTRAINT r_t_id_fkey;

ALTER TABLE public.t DETACH PARTITION public.t1;

DROP VIEW public.w;

DROP TABLE public.t;
CREATE TABLE public.t (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    v text NOT NULL DEFAULT 'x'::text,
    CONSTRAINT t_pkey PRIMARY KEY (id)
) PARTITION BY RANGE (id);
COMMENT ON TABLE public.t IS 'ours';

ALTER TABLE public.r ALTER COLUMN t_id TYPE bigint;

ALTER TABLE public.t1 ALTER COLUMN id TYPE bigint;

ALTER TABLE public.t ATTACH PARTITION public.t1 FOR VALUES FROM ('0') TO ('100');

ALTER TABLE public.r ADD CONSTRAINT r_t_id_fkey FOREIGN KEY (t_id) REFERENCES public.t(id) NOT VALID;

CREATE VIEW public.w AS
 SELECT t.id,
    t.v
   FROM public.t;

COMMIT;

-- file 2 of 2, in a transaction: validates foreign key r_t_id_fkey on r; analyzes column r.t_id
-- hazard add-foreign-key:r.r_t_id_fkey: fails if a row refers to nothing
-- hazard long-validation:r: reads every row; nobody waits for it, and it may take its time

BEGIN;

ANALYZE public.r (t_id);

ALTER TABLE public.r VALIDATE CONSTRAINT r_t_id_fkey;

COMMIT;

-- plan from 16
-- file 1 of 2, in a transaction: creates table t, table t1 as one of t, foreign key r_t_id_fkey on r, view w; changes column r.t_id, column t1.id; drops foreign key r_t_id_fkey on r, table t1 as one of t, view w, table t
-- hazard change-type:w.id: integer to bigint: a program that expects the old type may fail
-- hazard drop-table:t: the table is lost, and with it the rows of the partitions that go
-- hazard identity-restarts:t.id: begins at its start again, and may give a number that a row has: set its sequence by hand
-- hazard change-type:r.t_id: integer to bigint: a program that expects the old type may fail
-- hazard change-type:t1.id: integer to bigint: a program that expects the old type may fail
-- hazard attach-partition:t1: fails if a row is not within FROM ('0') TO ('100')

BEGIN;

ALTER TABLE public.r DROP CONSTRAINT r_t_id_fkey;

ALTER TABLE public.t DETACH PARTITION public.t1;

DROP VIEW public.w;

DROP TABLE public.t;
CREATE TABLE public.t (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    v text NOT NULL DEFAULT 'x'::text,
    CONSTRAINT t_pkey PRIMARY KEY (id)
) PARTITION BY RANGE (id);
COMMENT ON TABLE public.t IS 'ours';

ALTER TABLE public.r ALTER COLUMN t_id TYPE bigint;

ALTER TABLE public.t1 ALTER COLUMN id TYPE bigint;

ALTER TABLE public.t ATTACH PARTITION public.t1 FOR VALUES FROM ('0') TO ('100');

ALTER TABLE public.r ADD CONSTRAINT r_t_id_fkey FOREIGN KEY (t_id) REFERENCES public.t(id) NOT VALID;

CREATE VIEW public.w AS
 SELECT id,
    v
   FROM public.t;

COMMIT;

-- file 2 of 2, in a transaction: validates foreign key r_t_id_fkey on r; analyzes column r.t_id
-- hazard add-foreign-key:r.r_t_id_fkey: fails if a row refers to nothing
-- hazard long-validation:r: reads every row; nobody waits for it, and it may take its time

BEGIN;

ANALYZE public.r (t_id);

ALTER TABLE public.r VALIDATE CONSTRAINT r_t_id_fkey;

COMMIT;

-- plan from 18
-- file 1 of 2, in a transaction: creates table t, table t1 as one of t, foreign key r_t_id_fkey on r, view w; changes column r.t_id, column t1.id; drops foreign key r_t_id_fkey on r, table t1 as one of t, view w, table t
-- hazard change-type:w.id: integer to bigint: a program that expects the old type may fail
-- hazard drop-table:t: the table is lost, and with it the rows of the partitions that go
-- hazard identity-restarts:t.id: begins at its start again, and may give a number that a row has: set its sequence by hand
-- hazard change-type:r.t_id: integer to bigint: a program that expects the old type may fail
-- hazard change-type:t1.id: integer to bigint: a program that expects the old type may fail
-- hazard attach-partition:t1: fails if a row is not within FROM ('0') TO ('100')

BEGIN;

ALTER TABLE public.r DROP CONSTRAINT r_t_id_fkey;

ALTER TABLE public.t DETACH PARTITION public.t1;

DROP VIEW public.w;

DROP TABLE public.t;
CREATE TABLE public.t (
    id bigint CONSTRAINT t_id_not_null NOT NULL GENERATED ALWAYS AS IDENTITY,
    v text CONSTRAINT t_v_not_null NOT NULL DEFAULT 'x'::text,
    CONSTRAINT t_pkey PRIMARY KEY (id)
) PARTITION BY RANGE (id);
COMMENT ON TABLE public.t IS 'ours';

ALTER TABLE public.r ALTER COLUMN t_id TYPE bigint;

ALTER TABLE public.t1 ALTER COLUMN id TYPE bigint;

ALTER TABLE public.t ATTACH PARTITION public.t1 FOR VALUES FROM ('0') TO ('100');

ALTER TABLE public.r ADD CONSTRAINT r_t_id_fkey FOREIGN KEY (t_id) REFERENCES public.t(id) NOT VALID;

CREATE VIEW public.w AS
 SELECT id,
    v
   FROM public.t;

COMMIT;

-- file 2 of 2, in a transaction: validates foreign key r_t_id_fkey on r; analyzes column r.t_id
-- hazard add-foreign-key:r.r_t_id_fkey: fails if a row refers to nothing
-- hazard long-validation:r: reads every row; nobody waits for it, and it may take its time

BEGIN;

ANALYZE public.r (t_id);

ALTER TABLE public.r VALIDATE CONSTRAINT r_t_id_fkey;

COMMIT;
