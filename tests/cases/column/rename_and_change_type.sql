-- A column is renamed, widened and given a default.
-- renamed: column t.a -> t.b
-- one way: narrows the type

-- from
CREATE TABLE t (a integer);

-- to
CREATE TABLE t (b bigint DEFAULT 7 NOT NULL);

-- plan
-- hazard rename-column:t.a: a program that still uses the old name fails
ALTER TABLE "public"."t" RENAME COLUMN "a" TO "b";

ALTER TABLE "public"."t" ALTER COLUMN "b" TYPE bigint;
-- hazard set-not-null:t.b: fails if a row has NULL; to fill such rows: --fill t.b='…'
ALTER TABLE "public"."t" ALTER COLUMN "b" SET NOT NULL;
ALTER TABLE "public"."t" ALTER COLUMN "b" SET DEFAULT 7;
