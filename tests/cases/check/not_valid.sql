-- A check that old rows need not pass, and one that is validated.

-- from
CREATE TABLE t (a integer);
ALTER TABLE t ADD CONSTRAINT old CHECK (a > 0) NOT VALID;

-- to
CREATE TABLE t (a integer, CONSTRAINT old CHECK (a > 0));
ALTER TABLE t ADD CONSTRAINT new CHECK (a < 9) NOT VALID;

-- rows
ALTER TABLE t DROP CONSTRAINT old;
INSERT INTO t VALUES (10);
ALTER TABLE t ADD CONSTRAINT old CHECK (a > 0) NOT VALID;

-- then
SELECT a FROM t;
-- 10

-- plan
ALTER TABLE "public"."t" ADD CONSTRAINT "new" CHECK ((a < 9)) NOT VALID;

-- hazard add-check:t.old: fails if a row breaks it
ALTER TABLE "public"."t" VALIDATE CONSTRAINT "old";
