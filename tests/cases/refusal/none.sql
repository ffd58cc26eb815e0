-- What loses nothing is not refused: views, functions, indexes, constraints, defaults, types that no row uses.

-- from
CREATE TYPE unused AS ENUM ('a');
CREATE SEQUENCE q;
CREATE TABLE t (a integer NOT NULL DEFAULT 1 CHECK (a > 0), b integer UNIQUE);
CREATE INDEX i ON t (a);
CREATE VIEW v AS SELECT a FROM t;
CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';

-- to
CREATE TABLE t (a integer, b integer);

-- plan
DROP VIEW "public"."v";

DROP MATERIALIZED VIEW "public"."m";

-- hazard drop-index:i: queries that used it become slow
DROP INDEX "public"."i";

ALTER TABLE "public"."t" DROP CONSTRAINT "t_b_key";

ALTER TABLE "public"."t" DROP CONSTRAINT "t_a_check";

ALTER TABLE "public"."t" ALTER COLUMN "a" DROP DEFAULT;
ALTER TABLE "public"."t" ALTER COLUMN "a" DROP NOT NULL;

DROP FUNCTION public.f();

DROP SEQUENCE "public"."q";

DROP TYPE "public"."unused";
