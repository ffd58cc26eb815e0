-- Columns move on by one name each.
-- renamed: column t.a -> t.b
-- renamed: column t.b -> t.c

-- from
CREATE TABLE t (a integer, b text);

-- to
CREATE TABLE t (b integer, c text);

-- rows
INSERT INTO t VALUES (1, 'x');

-- then
SELECT b, c FROM t;
-- 1 | x

-- plan
-- hazard rename-column:t.b: a program that still uses the old name fails
ALTER TABLE "public"."t" RENAME COLUMN "b" TO "c";

-- hazard rename-column:t.a: a program that still uses the old name fails
ALTER TABLE "public"."t" RENAME COLUMN "a" TO "b";
