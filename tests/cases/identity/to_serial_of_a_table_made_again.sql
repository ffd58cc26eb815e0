-- A partitioned table becomes an ordinary one, and its identity a serial column that goes on where the identity was.
-- allow: drop-table:t
-- allow: drop-table:t1

-- from
CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY, a integer) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);

-- to
CREATE TABLE t (id serial, a integer);

-- rows
INSERT INTO t (a) VALUES (1), (1), (1);

-- then
SELECT last_value, is_called FROM t_id_seq;
-- 3 | t
INSERT INTO t (a) VALUES (1) RETURNING id;
-- 4

-- plan
-- creates sequence t_id_seq, table t; changes sequence t_id_seq; drops table t1, table t
-- hazard drop-table:t1: the table and its rows are lost
-- hazard drop-table:t: the table is lost, and with it the rows of the partitions that go

BEGIN;

ALTER SEQUENCE public.t_id_seq RENAME TO feedstock_old_t_id_seq;
CREATE SEQUENCE public.t_id_seq AS integer;
SELECT pg_catalog.setval('public.t_id_seq', last_value, is_called) FROM public.feedstock_old_t_id_seq;

DROP TABLE public.t1;

DROP TABLE public.t;
CREATE TABLE public.t (
    id integer NOT NULL DEFAULT nextval('public.t_id_seq'::regclass),
    a integer
);

ALTER SEQUENCE public.t_id_seq OWNED BY public.t.id;

COMMIT;

-- plan from 18
-- creates sequence t_id_seq, table t; changes sequence t_id_seq; drops table t1, table t
-- hazard drop-table:t1: the table and its rows are lost
-- hazard drop-table:t: the table is lost, and with it the rows of the partitions that go

BEGIN;

ALTER SEQUENCE public.t_id_seq RENAME TO feedstock_old_t_id_seq;
CREATE SEQUENCE public.t_id_seq AS integer;
SELECT pg_catalog.setval('public.t_id_seq', last_value, is_called) FROM public.feedstock_old_t_id_seq;

DROP TABLE public.t1;

DROP TABLE public.t;
CREATE TABLE public.t (
    id integer CONSTRAINT t_id_not_null NOT NULL DEFAULT nextval('public.t_id_seq'::regclass),
    a integer
);

ALTER SEQUENCE public.t_id_seq OWNED BY public.t.id;

COMMIT;
