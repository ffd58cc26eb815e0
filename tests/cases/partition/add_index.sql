-- An index of a partitioned table: its partitions' come first, so that they have their names.

-- from
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);

-- to
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE INDEX t_note ON t (lower(note));
ALTER INDEX t_1_lower_idx RENAME TO my_own;

-- plan
-- file 1 of 3, outside a transaction: creates index my_own

CREATE INDEX CONCURRENTLY my_own ON public.t_1 USING btree (lower(note));

-- file 2 of 3, outside a transaction: creates index t_2_lower_idx

CREATE INDEX CONCURRENTLY t_2_lower_idx ON public.t_2 USING btree (lower(note));

-- file 3 of 3, in a transaction: creates index t_note

BEGIN;

CREATE INDEX t_note ON public.t USING btree (lower(note));

COMMIT;
