-- Alike indexes of partitions of partitions, each a part of its own.

-- from

-- to
CREATE TABLE t (a integer, b integer, c integer) PARTITION BY LIST (a);
CREATE TABLE t_1 (a integer, b integer, c integer) PARTITION BY LIST (b);
CREATE TABLE t_1_1 (a integer, b integer, c integer);
CREATE INDEX leaf_z ON t_1_1 (c);
CREATE INDEX leaf_b ON t_1_1 (c);
CREATE INDEX leaf_a ON t_1_1 (c);
CREATE INDEX level_z ON t_1 (c);
CREATE INDEX level_a ON t_1 (c);
ALTER TABLE t_1 ATTACH PARTITION t_1_1 FOR VALUES IN (1);
CREATE INDEX whole_a ON t (c);
CREATE INDEX whole_b ON t (c);
ALTER TABLE t ATTACH PARTITION t_1 FOR VALUES IN (1);

-- plan
-- creates table t, table t_1, table t_1_1, index leaf_z, index leaf_b and 7 more

BEGIN;

CREATE TABLE public.t (
    a integer,
    b integer,
    c integer
) PARTITION BY LIST (a);

CREATE TABLE public.t_1 (
    a integer,
    b integer,
    c integer
) PARTITION BY LIST (b);

CREATE TABLE public.t_1_1 (
    a integer,
    b integer,
    c integer
);

CREATE INDEX leaf_z ON public.t_1_1 USING btree (c);

CREATE INDEX leaf_b ON public.t_1_1 USING btree (c);

CREATE INDEX level_z ON public.t_1 USING btree (c);

CREATE INDEX level_a ON public.t_1 USING btree (c);

CREATE INDEX whole_a ON public.t USING btree (c);

CREATE INDEX whole_b ON public.t USING btree (c);

ALTER TABLE public.t ATTACH PARTITION public.t_1 FOR VALUES IN (1);

ALTER TABLE public.t_1 ATTACH PARTITION public.t_1_1 FOR VALUES IN (1);

CREATE INDEX leaf_a ON public.t_1_1 USING btree (c);

COMMIT;
