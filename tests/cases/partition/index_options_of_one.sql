-- A partition's part of an index has other storage parameters: all of it is made again.

-- from
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE INDEX t_n ON t (n);

-- to
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE INDEX t_1_n_idx ON t_1 (n) WITH (fillfactor = 50);
CREATE INDEX t_n ON t (n);

-- plan
-- file 1 of 3, outside a transaction: creates index t_1_n_idx

CREATE INDEX CONCURRENTLY feedstock_new_t_1_n_idx ON public.t_1 USING btree (n) WITH (fillfactor='50');

-- file 2 of 3, outside a transaction: creates index t_2_n_idx

CREATE INDEX CONCURRENTLY feedstock_new_t_2_n_idx ON public.t_2 USING btree (n);

-- file 3 of 3, in a transaction: creates index t_1_n_idx, index t_2_n_idx, index t_n; drops index t_n

BEGIN;

DROP INDEX public.t_n;

ALTER INDEX public.feedstock_new_t_1_n_idx RENAME TO t_1_n_idx;

ALTER INDEX public.feedstock_new_t_2_n_idx RENAME TO t_2_n_idx;

CREATE INDEX t_n ON public.t USING btree (n);

COMMIT;
