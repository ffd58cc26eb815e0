-- Columns go that foreign keys tie together, in a row and in a circle.
-- allow: drop-column:a.x
-- allow: drop-column:b.x
-- allow: drop-column:d.y
-- allow: drop-column:c.y

-- from
CREATE TABLE a (n integer, x integer UNIQUE);
CREATE TABLE b (n integer, x integer UNIQUE REFERENCES a (x));
ALTER TABLE a ADD FOREIGN KEY (x) REFERENCES b (x);
CREATE TABLE d (n integer, y integer UNIQUE);
CREATE TABLE c (n integer, y integer REFERENCES d (y));

-- to
CREATE TABLE a (n integer);
CREATE TABLE b (n integer);
CREATE TABLE c (n integer);
CREATE TABLE d (n integer);

-- plan
-- file 1 of 5, in a transaction: drops foreign key a_x_fkey on a

BEGIN;

ALTER TABLE public.a DROP CONSTRAINT a_x_fkey;

COMMIT;

-- file 2 of 5, in a transaction: drops foreign key b_x_fkey on b, column b.x
-- hazard drop-column:b.x: the column and its values are lost

BEGIN;

ALTER TABLE public.b DROP CONSTRAINT b_x_fkey;

ALTER TABLE public.b DROP COLUMN x;

COMMIT;

-- file 3 of 5, in a transaction: drops column a.x
-- hazard drop-column:a.x: the column and its values are lost

BEGIN;

ALTER TABLE public.a DROP COLUMN x;

COMMIT;

-- file 4 of 5, in a transaction: drops column c.y
-- hazard drop-column:c.y: the column and its values are lost

BEGIN;

ALTER TABLE public.c DROP COLUMN y;

COMMIT;

-- file 5 of 5, in a transaction: drops column d.y
-- hazard drop-column:d.y: the column and its values are lost

BEGIN;

ALTER TABLE public.d DROP COLUMN y;

COMMIT;
