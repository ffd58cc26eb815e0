-- Two tables move on by one name each.
-- renamed: table a -> b
-- renamed: table b -> c

-- from
CREATE TABLE a (id integer PRIMARY KEY);
CREATE TABLE b (id bigint PRIMARY KEY, x text);

-- to
CREATE TABLE b (id integer PRIMARY KEY);
CREATE TABLE c (id bigint PRIMARY KEY, x text);

-- rows
INSERT INTO a VALUES (1);
INSERT INTO b VALUES (2, 'x');

-- then
SELECT * FROM b;
-- 1
SELECT * FROM c;
-- 2 | x

-- plan
CREATE TABLE "public"."c" (
    "id" bigint NOT NULL,
    "x" text,
    CONSTRAINT "c_pkey" PRIMARY KEY (id)
);

-- hazard narrow-type:b.id: bigint to integer: values may not fit or may be changed
ALTER TABLE "public"."b" ALTER COLUMN "id" TYPE integer;

-- hazard drop-column:b.x: the column and its values are lost
ALTER TABLE "public"."b" DROP COLUMN "x";

-- hazard drop-table:a: the table and its rows are lost
DROP TABLE "public"."a";
