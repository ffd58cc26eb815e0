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
DROP INDEX "public"."t_note";

CREATE INDEX "t_1_note_idx" ON "public"."t_1" USING btree (note DESC);

CREATE INDEX "t_2_note_idx" ON "public"."t_2" USING btree (note DESC);

CREATE INDEX "t_note" ON "public"."t" USING btree (note DESC);
