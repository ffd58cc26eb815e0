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
DROP INDEX "public"."t_n";

CREATE INDEX "t_1_n_idx" ON "public"."t_1" USING btree (n) WITH (fillfactor='50');

CREATE INDEX "t_2_n_idx" ON "public"."t_2" USING btree (n);

CREATE INDEX "t_n" ON "public"."t" USING btree (n);
