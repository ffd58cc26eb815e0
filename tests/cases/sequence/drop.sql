-- A sequence goes with the default that used it.

-- from
CREATE SEQUENCE q;
CREATE TABLE t (a integer DEFAULT nextval('q'));

-- to
CREATE TABLE t (a integer);

-- plan
ALTER TABLE "public"."t" ALTER COLUMN "a" DROP DEFAULT;

-- hazard drop-sequence:q: a program that uses it fails
DROP SEQUENCE "public"."q";
