-- Checks come, go, change and get another name.

-- from
CREATE TABLE t (a integer, CONSTRAINT gone CHECK (a < 9), CONSTRAINT changed CHECK (a > 0), CONSTRAINT old CHECK (a <> 5));

-- to
CREATE TABLE t (a integer, CONSTRAINT new CHECK (a <> 5), CONSTRAINT changed CHECK (a > 1), CONSTRAINT added CHECK (a < 100));

-- plan
ALTER TABLE "public"."t" RENAME CONSTRAINT "old" TO "new";

ALTER TABLE "public"."t" DROP CONSTRAINT "gone";

ALTER TABLE "public"."t" DROP CONSTRAINT "changed";

-- hazard add-check:t.added: fails if a row breaks it
ALTER TABLE "public"."t" ADD CONSTRAINT "added" CHECK ((a < 100));

-- hazard add-check:t.changed: fails if a row breaks it
ALTER TABLE "public"."t" ADD CONSTRAINT "changed" CHECK ((a > 1));
