-- A check comes to all partitions, another one goes; one of them has its own.

-- from
CREATE TABLE t (id integer, n integer, note text, CONSTRAINT old CHECK (n > 0)) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
ALTER TABLE t_1 ADD CONSTRAINT own CHECK (n > 1);

-- to
CREATE TABLE t (id integer, n integer, note text, CONSTRAINT new CHECK (n < 9)) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
ALTER TABLE t_1 ADD CONSTRAINT own CHECK (n > 2);

-- plan
ALTER TABLE "public"."t_1" DROP CONSTRAINT "own";

ALTER TABLE "public"."t" DROP CONSTRAINT "old";

-- hazard add-check:t.new: fails if a row breaks it
ALTER TABLE "public"."t" ADD CONSTRAINT "new" CHECK ((n < 9));

-- hazard add-check:t_1.own: fails if a row breaks it
ALTER TABLE "public"."t_1" ADD CONSTRAINT "own" CHECK ((n > 2));
