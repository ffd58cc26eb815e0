-- The parent goes, the child stays.
-- allow: drop-table:a

-- from
CREATE TABLE a (id integer, x text);
CREATE TABLE b (y text) INHERITS (a);

-- to
CREATE TABLE b (id integer, x text, y text);

-- plan
-- hazard no-inherit:b: a has the rows no longer
ALTER TABLE "public"."b" NO INHERIT "public"."a";

-- hazard drop-table:a: the table and its rows are lost
DROP TABLE "public"."a";
