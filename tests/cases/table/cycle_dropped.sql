-- Tables that refer to each other go.
-- allow: drop-table:a
-- allow: drop-table:b

-- from
CREATE TABLE a (id integer PRIMARY KEY, b integer);
CREATE TABLE b (id integer PRIMARY KEY, a integer REFERENCES a);
ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;

-- to

-- plan
ALTER TABLE "public"."a" DROP CONSTRAINT "a_b_fkey";

ALTER TABLE "public"."b" DROP CONSTRAINT "b_a_fkey";

-- hazard drop-table:b: the table and its rows are lost
DROP TABLE "public"."b";

-- hazard drop-table:a: the table and its rows are lost
DROP TABLE "public"."a";
