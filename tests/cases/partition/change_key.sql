-- Another key: the table is made anew, its partitions keep their rows.
-- allow: drop-table:t

-- from
CREATE TABLE t (id integer, n integer) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE VIEW v AS SELECT id FROM t;
CREATE INDEX t_id ON t (id);

-- to
CREATE TABLE t (id integer, n integer) PARTITION BY LIST (n);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE VIEW v AS SELECT id FROM t;
CREATE INDEX t_id ON t (id);

-- rows
INSERT INTO t VALUES (1, 1);

-- then
SELECT * FROM t;
-- 1 | 1

-- plan
-- creates table t, index t_id, table t_1 as one of t, view v; drops table t_1 as one of t, view v, table t
-- hazard drop-table:t: the table is lost, and with it the rows of the partitions that go
-- hazard attach-partition:t_1: fails if a row is not within IN (1)

BEGIN;

ALTER TABLE public.t DETACH PARTITION public.t_1;

DROP VIEW public.v;

DROP TABLE public.t;
CREATE TABLE public.t (
    id integer,
    n integer
) PARTITION BY LIST (n);

CREATE INDEX t_id ON public.t USING btree (id);

ALTER TABLE public.t ATTACH PARTITION public.t_1 FOR VALUES IN (1);

CREATE VIEW public.v AS
 SELECT t.id
   FROM public.t;

COMMIT;

-- plan from 16
-- creates table t, index t_id, table t_1 as one of t, view v; drops table t_1 as one of t, view v, table t
-- hazard drop-table:t: the table is lost, and with it the rows of the partitions that go
-- hazard attach-partition:t_1: fails if a row is not within IN (1)

BEGIN;

ALTER TABLE public.t DETACH PARTITION public.t_1;

DROP VIEW public.v;

DROP TABLE public.t;
CREATE TABLE public.t (
    id integer,
    n integer
) PARTITION BY LIST (n);

CREATE INDEX t_id ON public.t USING btree (id);

ALTER TABLE public.t ATTACH PARTITION public.t_1 FOR VALUES IN (1);

CREATE VIEW public.v AS
 SELECT id
   FROM public.t;

COMMIT;
