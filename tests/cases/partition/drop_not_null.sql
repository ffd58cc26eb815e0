-- A column may be NULL again, but not in one of the partitions.

-- from
CREATE TABLE t (id integer, n integer NOT NULL, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);

-- to
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
ALTER TABLE t_1 ALTER n SET NOT NULL;

-- plan
-- changes column t.n, column t_1.n
-- hazard set-not-null:t_1.n: fails if a row has NULL; to fill such rows: --fill t_1.n='…'

BEGIN;

ALTER TABLE public.t ALTER COLUMN n DROP NOT NULL;

ALTER TABLE public.t_1 ALTER COLUMN n SET NOT NULL;

COMMIT;
