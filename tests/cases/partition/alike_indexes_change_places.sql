-- Another one of two alike indexes of a partition becomes the part of the whole's.

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
CREATE INDEX t_1_a ON t_1 (b);
ALTER TABLE t ATTACH PARTITION t_1 FOR VALUES IN (1);
CREATE INDEX t_b ON t (b);
CREATE INDEX t_1_z ON t_1 (b);

-- plan
-- file 1 of 3, in a transaction: creates index t_b; drops index t_b

BEGIN;

DROP INDEX public.t_b;
CREATE INDEX t_b ON public.t USING btree (b);

COMMIT;

-- file 2 of 3, outside a transaction: creates index t_1_z

CREATE INDEX CONCURRENTLY feedstock_new_t_1_z ON public.t_1 USING btree (b);

-- file 3 of 3, in a transaction: creates index t_1_z

BEGIN;

ALTER INDEX public.feedstock_new_t_1_z RENAME TO t_1_z;

COMMIT;
