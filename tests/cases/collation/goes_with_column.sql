-- A collation goes with the column of it.
-- allow: drop-column:t.a

-- from
CREATE TABLE other (a integer);
CREATE COLLATION c (PROVIDER = icu, LOCALE = 'de');
CREATE TABLE t (id integer, a text COLLATE c);

-- to
CREATE TABLE other (a integer);
CREATE TABLE t (id integer);

-- plan
-- hazard drop-column:t.a: the column and its values are lost
ALTER TABLE "public"."t" DROP COLUMN "a";

-- hazard drop-type:c: a program that names it fails
DROP COLLATION "public"."c";
