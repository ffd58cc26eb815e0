-- Another definition of an index of all partitions.

-- from
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE INDEX t_note ON t (note);

-- to
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE INDEX t_note ON t (note DESC);

-- plan
-- file 1 of 3, outside a transaction: creates index t_1_note_idx

CREATE INDEX CONCURRENTLY feedstock_new_t_1_note_idx ON public.t_1 USING btree (note DESC);

-- file 2 of 3, outside a transaction: creates index t_2_note_idx

CREATE INDEX CONCURRENTLY feedstock_new_t_2_note_idx ON public.t_2 USING btree (note DESC);

-- file 3 of 3, in a transaction: creates index t_1_note_idx, index t_2_note_idx, index t_note; drops index t_note

BEGIN;

DROP INDEX public.t_note;

ALTER INDEX public.feedstock_new_t_1_note_idx RENAME TO t_1_note_idx;

ALTER INDEX public.feedstock_new_t_2_note_idx RENAME TO t_2_note_idx;

CREATE INDEX t_note ON public.t USING btree (note DESC);

COMMIT;
