-- The parts of an index get other names, and so does the whole.

-- from
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE INDEX t_n ON t (n);

-- to
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE INDEX t_n2 ON t (n);
ALTER INDEX t_1_n_idx RENAME TO x;

-- plan
-- renames index t_1_n_idx, index t_n

BEGIN;

ALTER INDEX public.t_1_n_idx RENAME TO x;

ALTER INDEX public.t_n RENAME TO t_n2;

COMMIT;
