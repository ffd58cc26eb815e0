-- A check of all partitions says something else.

-- from
CREATE TABLE t (id integer, n integer, note text, CONSTRAINT c CHECK (n > 0)) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);

-- to
CREATE TABLE t (id integer, n integer, note text, CONSTRAINT c CHECK (n > 1)) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);

-- plan
ALTER TABLE "public"."t" DROP CONSTRAINT "c";
-- hazard add-check:t.c: fails if a row breaks it
ALTER TABLE "public"."t" ADD CONSTRAINT "c" CHECK ((n > 1));
