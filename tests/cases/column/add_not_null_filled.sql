-- A new NOT NULL column without a default gets a value for the rows that exist.
-- fill: t.b = a * 2

-- from
CREATE TABLE t (a integer);

-- to
CREATE TABLE t (a integer, b integer NOT NULL);

-- rows
INSERT INTO t VALUES (4);

-- then
SELECT * FROM t;
-- 4 | 8

-- refused

-- plan
ALTER TABLE "public"."t" ADD COLUMN "b" integer;
UPDATE "public"."t" SET "b" = a * 2;
ALTER TABLE "public"."t" ALTER COLUMN "b" SET NOT NULL;
