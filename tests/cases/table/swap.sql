-- Two tables swap their names.
-- renamed: table a -> b
-- renamed: table b -> a

-- from
CREATE TABLE a (x text);
CREATE TABLE b (y integer);

-- to
CREATE TABLE a (y integer);
CREATE TABLE b (x text);

-- rows
INSERT INTO a VALUES ('was a');
INSERT INTO b VALUES (2);

-- then
SELECT x FROM b;
-- was a

-- plan
ALTER TABLE "public"."a" ADD COLUMN "y" integer;

ALTER TABLE "public"."b" ADD COLUMN "x" text;

-- hazard drop-column:b.y: the column and its values are lost
ALTER TABLE "public"."b" DROP COLUMN "y";

-- hazard drop-column:a.x: the column and its values are lost
ALTER TABLE "public"."a" DROP COLUMN "x";
