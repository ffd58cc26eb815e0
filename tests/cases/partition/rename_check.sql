-- A check of all partitions gets another name.

-- from
CREATE TABLE t (id integer, n integer, note text, CONSTRAINT a CHECK (n > 0)) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);

-- to
CREATE TABLE t (id integer, n integer, note text, CONSTRAINT b CHECK (n > 0)) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);

-- plan
-- renames constraint a on t

BEGIN;

ALTER TABLE public.t RENAME CONSTRAINT a TO b;

COMMIT;
