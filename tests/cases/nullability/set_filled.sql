-- NULL is no longer allowed; rows that have it get a value.
-- fill: t.a = 0

-- from
CREATE TABLE t (a integer);

-- to
CREATE TABLE t (a integer NOT NULL);

-- rows
INSERT INTO t VALUES (1), (NULL);

-- then
SELECT a FROM t ORDER BY a;
-- 0
-- 1

-- plan
UPDATE "public"."t" SET "a" = 0 WHERE "a" IS NULL;
ALTER TABLE "public"."t" ALTER COLUMN "a" SET NOT NULL;
