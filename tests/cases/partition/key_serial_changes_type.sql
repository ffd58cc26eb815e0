-- A serial partition key becomes a bigserial, and goes on with its numbers.
-- allow: drop-table:t

-- from
CREATE TABLE t (id serial, v text) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100);

-- to
CREATE TABLE t (id bigserial, v text) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100);

-- rows
INSERT INTO t (v) VALUES ('a'), ('b');

-- then
INSERT INTO t DEFAULT VALUES RETURNING id;
-- 3

-- plan
-- creates table t, table t1 as one of t; changes sequence t_id_seq, column t1.id; drops table t1 as one of t, table t
-- hazard drop-table:t: the table is lost, and with it the rows of the partitions that go
-- hazard change-type:t1.id: integer to bigint: a program that expects the old type may fail
-- hazard attach-partition:t1: fails if a row is not within FROM ('0') TO ('100')

BEGIN;

ALTER SEQUENCE public.t_id_seq OWNED BY NONE;

ALTER TABLE public.t DETACH PARTITION public.t1;

DROP TABLE public.t;

ALTER SEQUENCE public.t_id_seq AS bigint;

CREATE TABLE public.t (
    id bigint NOT NULL DEFAULT nextval('public.t_id_seq'::regclass),
    v text
) PARTITION BY RANGE (id);

ALTER SEQUENCE public.t_id_seq OWNED BY public.t.id;

ALTER TABLE public.t1 ALTER COLUMN id TYPE bigint;

ALTER TABLE public.t ATTACH PARTITION public.t1 FOR VALUES FROM ('0') TO ('100');

COMMIT;

-- plan from 18
-- creates table t, table t1 as one of t; changes sequence t_id_seq, column t1.id; drops table t1 as one of t, table t
-- hazard drop-table:t: the table is lost, and with it the rows of the partitions that go
-- hazard change-type:t1.id: integer to bigint: a program that expects the old type may fail
-- hazard attach-partition:t1: fails if a row is not within FROM ('0') TO ('100')

BEGIN;

ALTER SEQUENCE public.t_id_seq OWNED BY NONE;

ALTER TABLE public.t DETACH PARTITION public.t1;

DROP TABLE public.t;

ALTER SEQUENCE public.t_id_seq AS bigint;

CREATE TABLE public.t (
    id bigint CONSTRAINT t_id_not_null NOT NULL DEFAULT nextval('public.t_id_seq'::regclass),
    v text
) PARTITION BY RANGE (id);

ALTER SEQUENCE public.t_id_seq OWNED BY public.t.id;

ALTER TABLE public.t1 ALTER COLUMN id TYPE bigint;

ALTER TABLE public.t ATTACH PARTITION public.t1 FOR VALUES FROM ('0') TO ('100');

COMMIT;
