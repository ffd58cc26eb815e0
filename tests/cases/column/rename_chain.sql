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
-- hazard narrow-type:t.b: text to integer: values may not fit or may be changed
ALTER TABLE "public"."t" ALTER COLUMN "b" TYPE integer;

ALTER TABLE "public"."t" ADD COLUMN "c" text;

-- hazard drop-column:t.a: the column and its values are lost
ALTER TABLE "public"."t" DROP COLUMN "a";
