-- A column allows no NULL any more.

-- from
CREATE TABLE t (a integer, b text);

-- to
CREATE TABLE t (a integer NOT NULL, b text NOT NULL);

-- rows
INSERT INTO t VALUES (1, 'x');

-- then
SELECT a FROM t;
-- 1

-- plan
-- file 1 of 3: a transaction of its own

-- hazard required-column:t.a: a program that does not write it fails from here on
ALTER TABLE "public"."t" ADD CONSTRAINT "feedstock_new_a_not_null" CHECK ("a" IS NOT NULL) NOT VALID;

-- hazard required-column:t.b: a program that does not write it fails from here on
ALTER TABLE "public"."t" ADD CONSTRAINT "feedstock_new_b_not_null" CHECK ("b" IS NOT NULL) NOT VALID;

-- file 2 of 3: a transaction of its own

-- hazard set-not-null:t.a: fails if a row has NULL; to fill such rows: --fill t.a='…'
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time
ALTER TABLE "public"."t" VALIDATE CONSTRAINT "feedstock_new_a_not_null";

-- hazard set-not-null:t.b: fails if a row has NULL; to fill such rows: --fill t.b='…'
ALTER TABLE "public"."t" VALIDATE CONSTRAINT "feedstock_new_b_not_null";

-- file 3 of 3: a transaction of its own

ALTER TABLE "public"."t" ALTER COLUMN "a" SET NOT NULL;
ALTER TABLE "public"."t" DROP CONSTRAINT "feedstock_new_a_not_null";

ALTER TABLE "public"."t" ALTER COLUMN "b" SET NOT NULL;
ALTER TABLE "public"."t" DROP CONSTRAINT "feedstock_new_b_not_null";
