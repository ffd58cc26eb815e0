-- Two columns swap their names.
-- renamed: column t.a -> t.b
-- renamed: column t.b -> t.a

-- from
CREATE TABLE t (a integer, b text);

-- to
CREATE TABLE t (a text, b integer);

-- rows
INSERT INTO t VALUES (1, 'x');

-- then
SELECT a, b FROM t;
-- x | 1

-- plan
ALTER TABLE "public"."t" ALTER COLUMN "a" TYPE text;

-- hazard narrow-type:t.b: text to integer: values may not fit or may be changed
ALTER TABLE "public"."t" ALTER COLUMN "b" TYPE integer;
