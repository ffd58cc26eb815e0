-- A partition more, and the one for all other rows.

-- from
CREATE TABLE t (id integer, n integer, note text, UNIQUE (id)) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE INDEX t_n ON t (n);

-- to
CREATE TABLE t (id integer, n integer, note text, UNIQUE (id)) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE INDEX t_n ON t (n);
CREATE TABLE t_3 PARTITION OF t FOR VALUES IN (3);
CREATE TABLE t_rest PARTITION OF t DEFAULT;

-- plan
-- creates table t_3, table t_rest, index t_3_n_idx, index t_rest_n_idx, table t_3 as one of t and 1 more

BEGIN;

CREATE TABLE public.t_3 (
    id integer,
    n integer,
    note text,
    CONSTRAINT t_3_id_key UNIQUE (id)
);

CREATE TABLE public.t_rest (
    id integer,
    n integer,
    note text,
    CONSTRAINT t_rest_id_key UNIQUE (id)
);

CREATE INDEX t_3_n_idx ON public.t_3 USING btree (n);

CREATE INDEX t_rest_n_idx ON public.t_rest USING btree (n);

ALTER TABLE public.t ATTACH PARTITION public.t_3 FOR VALUES IN (3);

ALTER TABLE public.t ATTACH PARTITION public.t_rest DEFAULT;

COMMIT;
