-- A value for what says where a row belongs: the row moves, which only the whole table can do.

-- fill: t.kind = 1

-- from
CREATE TABLE t (id integer, kind integer) PARTITION BY LIST (kind);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_rest PARTITION OF t DEFAULT;

-- to
CREATE TABLE t (id integer, kind integer NOT NULL) PARTITION BY LIST (kind);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_rest PARTITION OF t DEFAULT;

-- rows
INSERT INTO t VALUES (1, NULL), (2, 2);

-- then
SELECT count(*) FROM t_1;
-- 1

-- plan
-- changes column t.kind; fills column t.kind

BEGIN;

UPDATE public.t SET kind = 1 WHERE kind IS NULL;
ALTER TABLE public.t ALTER COLUMN kind SET NOT NULL;

COMMIT;
