-- One of two alike indexes of a partition goes: the one that is not a part of the whole's.

-- from
CREATE TABLE t (a integer, b integer) PARTITION BY LIST (a);
CREATE TABLE t_1 (a integer, b integer);
CREATE INDEX t_1_z ON t_1 (b);
ALTER TABLE t ATTACH PARTITION t_1 FOR VALUES IN (1);
CREATE INDEX t_b ON t (b);
CREATE INDEX t_1_a ON t_1 (b);

-- to
CREATE TABLE t (a integer, b integer) PARTITION BY LIST (a);
CREATE TABLE t_1 (a integer, b integer);
CREATE INDEX t_1_z ON t_1 (b);
ALTER TABLE t ATTACH PARTITION t_1 FOR VALUES IN (1);
CREATE INDEX t_b ON t (b);

-- plan
-- drops index t_1_a

DROP INDEX CONCURRENTLY public.t_1_a;
