-- A column of all partitions, in one of them with another default.

-- from
CREATE TABLE t (id integer) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);

-- to
CREATE TABLE t (id integer, n integer NOT NULL DEFAULT 0) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
ALTER TABLE t_2 ALTER n SET DEFAULT 2;
COMMENT ON COLUMN t_2.n IS 'another one';

-- rows
INSERT INTO t VALUES (1), (2);

-- then
SELECT id, n FROM t ORDER BY id;
-- 1 | 0
-- 2 | 0

-- plan
-- creates column t.n; changes column t_2.n

BEGIN;

ALTER TABLE public.t ADD COLUMN n integer NOT NULL DEFAULT 0;

ALTER TABLE public.t_2 ALTER COLUMN n SET DEFAULT 2;
COMMENT ON COLUMN public.t_2.n IS 'another one';

COMMIT;
