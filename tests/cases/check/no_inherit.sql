-- A check that heirs need not pass.

-- from
CREATE TABLE t (a integer, CONSTRAINT c CHECK (a > 0));

-- to
CREATE TABLE t (a integer, CONSTRAINT c CHECK (a > 0) NO INHERIT);

-- plan
ALTER TABLE "public"."t" DROP CONSTRAINT "c";
-- hazard add-check:t.c: fails if a row breaks it
ALTER TABLE "public"."t" ADD CONSTRAINT "c" CHECK ((a > 0)) NO INHERIT;
