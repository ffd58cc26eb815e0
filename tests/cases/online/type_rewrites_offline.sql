-- Nobody uses the table: it may be written anew.
-- offline ok

-- from
CREATE TABLE t (a integer);

-- to
CREATE TABLE t (a bigint);

-- plan
ALTER TABLE "public"."t" ALTER COLUMN "a" TYPE bigint;
