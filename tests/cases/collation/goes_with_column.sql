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
-- drops column t.a, collation c
-- hazard drop-column:t.a: the column and its values are lost
-- hazard drop-type:c: a program that names it fails

BEGIN;

ALTER TABLE public.t DROP COLUMN a;

DROP COLLATION public.c;

COMMIT;
