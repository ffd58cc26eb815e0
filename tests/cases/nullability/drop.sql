-- NULL is allowed.

-- from
CREATE TABLE t (a integer NOT NULL);

-- to
CREATE TABLE t (a integer);

-- plan
ALTER TABLE "public"."t" ALTER COLUMN "a" DROP NOT NULL;
