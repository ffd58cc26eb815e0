-- A table becomes a partition, another one stops being one.

-- from
CREATE TABLE t (id integer, note text, UNIQUE (id), CHECK (id > 0)) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 (id integer, note text);

-- to
CREATE TABLE t (id integer, note text, UNIQUE (id), CHECK (id > 0)) PARTITION BY LIST (id);
CREATE TABLE t_1 (id integer, note text, UNIQUE (id), CHECK (id > 0));
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);

-- rows
INSERT INTO t VALUES (1, 'one');
INSERT INTO t_2 VALUES (2, 'two');

-- then
SELECT id, note FROM t;
-- 2 | two
SELECT id, note FROM t_1;
-- 1 | one

-- plan
-- hazard detach-partition:t_1: t has the rows no longer
ALTER TABLE "public"."t" DETACH PARTITION "public"."t_1";

ALTER TABLE "public"."t_1" DROP CONSTRAINT "t_id_check";

-- hazard add-check:t_1.t_1_id_check: fails if a row breaks it
ALTER TABLE "public"."t_1" ADD CONSTRAINT "t_1_id_check" CHECK ((id > 0));

-- hazard add-unique:t_2.t_2_id_key: fails if two rows are alike
ALTER TABLE "public"."t_2" ADD CONSTRAINT "t_2_id_key" UNIQUE (id);

-- hazard add-check:t_2.t_id_check: fails if a row breaks it
ALTER TABLE "public"."t_2" ADD CONSTRAINT "t_id_check" CHECK ((id > 0));

-- hazard attach-partition:t_2: fails if a row is not within IN (2)
ALTER TABLE "public"."t" ATTACH PARTITION "public"."t_2" FOR VALUES IN (2);
