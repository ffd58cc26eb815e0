-- A default for all of them.

-- from
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
ALTER TABLE t_1 ALTER n SET DEFAULT 1;

-- to
CREATE TABLE t (id integer, n integer DEFAULT 2, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);

-- plan
-- changes column t.n

BEGIN;

ALTER TABLE public.t ALTER COLUMN n SET DEFAULT 2;

COMMIT;
