-- The foreign key of a partition has a name and a comment of its own.

-- from
CREATE TABLE r (id integer PRIMARY KEY);
CREATE TABLE t (a integer REFERENCES r, b integer) PARTITION BY LIST (a);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);

-- to
CREATE TABLE r (id integer PRIMARY KEY);
CREATE TABLE t (a integer REFERENCES r, b integer) PARTITION BY LIST (a);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
ALTER TABLE t_1 RENAME CONSTRAINT t_a_fkey TO own;
COMMENT ON CONSTRAINT own ON t_1 IS 'its own';
CREATE TABLE t_2 (a integer, b integer) PARTITION BY LIST (b);
ALTER TABLE t_2 ADD CONSTRAINT second FOREIGN KEY (a) REFERENCES r;
CREATE TABLE t_2_1 PARTITION OF t_2 FOR VALUES IN (1);
ALTER TABLE t ATTACH PARTITION t_2 FOR VALUES IN (2);

-- plan
-- creates table t_2, table t_2_1, table t_2 as one of t, table t_2_1 as one of t_2, name of foreign key of t_1.t_a_fkey and 3 more

BEGIN;

CREATE TABLE public.t_2 (
    a integer,
    b integer
) PARTITION BY LIST (b);

CREATE TABLE public.t_2_1 (
    a integer,
    b integer
);

ALTER TABLE public.t ATTACH PARTITION public.t_2 FOR VALUES IN (2);

ALTER TABLE public.t_2 ATTACH PARTITION public.t_2_1 FOR VALUES IN (1);

ALTER TABLE public.t_1 RENAME CONSTRAINT t_a_fkey TO own;

ALTER TABLE public.t_2 RENAME CONSTRAINT t_a_fkey TO second;

ALTER TABLE public.t_2_1 RENAME CONSTRAINT t_a_fkey TO second;

COMMENT ON CONSTRAINT own ON public.t_1 IS 'its own';

COMMIT;
