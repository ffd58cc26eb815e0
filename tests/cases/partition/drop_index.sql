-- An index of a partitioned table takes those of the partitions along.

-- from
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE INDEX t_note ON t (note);
CREATE INDEX t_1_n ON t_1 (n);

-- to
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE INDEX t_1_n ON t_1 (n);

-- plan
-- drops index t_note
-- hazard drop-index:t_note: queries that used it become slow

BEGIN;

DROP INDEX public.t_note;

COMMIT;
