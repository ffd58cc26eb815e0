-- The names of NOT NULL constraints, which are objects since Postgres 18.
-- since: 18

-- from
CREATE TABLE t (a integer CONSTRAINT one NOT NULL, b integer NOT NULL, c integer CONSTRAINT mine NOT NULL, d integer);

-- to
CREATE TABLE t (a integer CONSTRAINT two NOT NULL, b integer CONSTRAINT own NOT NULL, c integer, d integer CONSTRAINT late NOT NULL);

-- plan

-- plan from 18
ALTER TABLE "public"."t" RENAME CONSTRAINT "one" TO "two";

ALTER TABLE "public"."t" RENAME CONSTRAINT "t_b_not_null" TO "own";

ALTER TABLE "public"."t" ALTER COLUMN "c" DROP NOT NULL;

-- hazard set-not-null:t.d: fails if a row has NULL; to fill such rows: --fill t.d='…'
ALTER TABLE "public"."t" ADD CONSTRAINT "late" NOT NULL "d";
