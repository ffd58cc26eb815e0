-- Checks with the longest names change.

-- from
CREATE TABLE t (a integer, CONSTRAINT aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab CHECK (a > 0), CONSTRAINT aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac CHECK (a < 9));

-- to
CREATE TABLE t (a integer, CONSTRAINT aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab CHECK (a > 1), CONSTRAINT aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac CHECK (a < 8));

-- plan
-- file 1 of 3: a transaction of its own

ALTER TABLE "public"."t" ADD CONSTRAINT "feedstock_new_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_2369b853" CHECK ((a > 1)) NOT VALID;

ALTER TABLE "public"."t" ADD CONSTRAINT "feedstock_new_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_2269b6c0" CHECK ((a < 8)) NOT VALID;

-- file 2 of 3: a transaction of its own

-- hazard add-check:t.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab: fails if a row breaks it
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time
ALTER TABLE "public"."t" VALIDATE CONSTRAINT "feedstock_new_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_2369b853";

-- hazard add-check:t.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac: fails if a row breaks it
ALTER TABLE "public"."t" VALIDATE CONSTRAINT "feedstock_new_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_2269b6c0";

-- file 3 of 3: a transaction of its own

ALTER TABLE "public"."t" DROP CONSTRAINT "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab";
ALTER TABLE "public"."t" RENAME CONSTRAINT "feedstock_new_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_2369b853" TO "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab";

ALTER TABLE "public"."t" DROP CONSTRAINT "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac";
ALTER TABLE "public"."t" RENAME CONSTRAINT "feedstock_new_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_2269b6c0" TO "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac";
