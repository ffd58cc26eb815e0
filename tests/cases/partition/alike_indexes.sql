-- Which of a partition's alike indexes is a part of the whole's, in tables that are new.

-- from

-- to
CREATE TABLE t (a integer, b integer) PARTITION BY LIST (a);
CREATE TABLE t_1 (a integer, b integer);
CREATE INDEX t_1_z ON t_1 (b);
CREATE INDEX t_1_a ON t_1 (b DESC);
CREATE INDEX t_1_first ON t_1 (b);
ALTER TABLE t ATTACH PARTITION t_1 FOR VALUES IN (1);
CREATE INDEX t_b ON t (b);
CREATE INDEX t_again ON t (b);
CREATE UNIQUE INDEX t_1_unique ON t_1 (a, b);
CREATE UNIQUE INDEX t_unique ON t (a, b);
ALTER TABLE t_1 ADD CONSTRAINT key UNIQUE (a, b);

-- plan
-- creates table t, table t_1, index t_1_a, index t_1_unique, index t_1_z and 6 more

BEGIN;

CREATE TABLE public.t (
    a integer,
    b integer
) PARTITION BY LIST (a);

CREATE TABLE public.t_1 (
    a integer,
    b integer
);

CREATE INDEX t_1_a ON public.t_1 USING btree (b DESC);

CREATE UNIQUE INDEX t_1_unique ON public.t_1 USING btree (a, b);

CREATE INDEX t_1_z ON public.t_1 USING btree (b);

CREATE INDEX t_again ON public.t USING btree (b);

CREATE INDEX t_b ON public.t USING btree (b);

CREATE UNIQUE INDEX t_unique ON public.t USING btree (a, b);

ALTER TABLE public.t ATTACH PARTITION public.t_1 FOR VALUES IN (1);

ALTER TABLE public.t_1 ADD CONSTRAINT key UNIQUE (a, b);

CREATE INDEX t_1_first ON public.t_1 USING btree (b);

COMMIT;
