-- An index of one partition alone becomes another one.

-- from
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE INDEX i ON t_1 (note);
CREATE INDEX t_n ON t (n);

-- to
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE INDEX i ON t_1 (note, n);
CREATE INDEX t_n ON t (n);

-- plan
-- file 1 of 3, outside a transaction: creates index i

CREATE INDEX CONCURRENTLY feedstock_new_i ON public.t_1 USING btree (note, n);

-- file 2 of 3, outside a transaction: creates index i

DROP INDEX CONCURRENTLY public.i;

-- file 3 of 3, in a transaction: creates index i

BEGIN;

ALTER INDEX public.feedstock_new_i RENAME TO i;

COMMIT;
