-- A default of the whole, which one of the partitions does not follow.

-- from
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
ALTER TABLE t_1 ALTER n SET DEFAULT 1;

-- to
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
ALTER TABLE t ALTER n SET DEFAULT 2;
ALTER TABLE t_1 ALTER n SET DEFAULT 1;

-- plan
-- changes column t.n, column t_2.n

BEGIN;

ALTER TABLE ONLY public.t ALTER COLUMN n SET DEFAULT 2;

ALTER TABLE public.t_2 ALTER COLUMN n SET DEFAULT 2;

COMMIT;
