-- A partition's own index becomes a part of the whole table's.

-- from
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE INDEX t_1_n_idx ON t_1 (n);

-- to
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE INDEX t_1_n_idx ON t_1 (n);
CREATE INDEX t_n ON t (n);

-- plan
-- file 1 of 2, outside a transaction: creates index t_2_n_idx

CREATE INDEX CONCURRENTLY t_2_n_idx ON public.t_2 USING btree (n);

-- file 2 of 2, in a transaction: creates index t_n

BEGIN;

CREATE INDEX t_n ON public.t USING btree (n);

COMMIT;
