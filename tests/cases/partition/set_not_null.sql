-- A column of all partitions may not be NULL any more; one of them had it so before.

-- from
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
ALTER TABLE t_1 ALTER n SET NOT NULL;

-- to
CREATE TABLE t (id integer, n integer NOT NULL, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);

-- plan
-- hazard set-not-null:t.n: fails if a row has NULL; to fill such rows: --fill t.n='…'
ALTER TABLE "public"."t" ALTER COLUMN "n" SET NOT NULL;
