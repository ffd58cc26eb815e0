-- A check that heirs need not pass.

-- from
CREATE TABLE t (a integer, CONSTRAINT c CHECK (a > 0));

-- to
CREATE TABLE t (a integer, CONSTRAINT c CHECK (a > 0) NO INHERIT);

-- plan
-- file 1 of 3: a transaction of its own

ALTER TABLE "public"."t" ADD CONSTRAINT "feedstock_new_c" CHECK ((a > 0)) NO INHERIT NOT VALID;

-- file 2 of 3: a transaction of its own

-- hazard add-check:t.c: fails if a row breaks it
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time
ALTER TABLE "public"."t" VALIDATE CONSTRAINT "feedstock_new_c";

-- file 3 of 3: a transaction of its own

ALTER TABLE "public"."t" DROP CONSTRAINT "c";
ALTER TABLE "public"."t" RENAME CONSTRAINT "feedstock_new_c" TO "c";
