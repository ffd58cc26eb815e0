-- Names that change places, where the one that would be free for a moment is taken.
-- renamed: table a -> b
-- renamed: table b -> a
-- renamed: column c.x -> c.y
-- renamed: column c.y -> c.x

-- from
CREATE TABLE a (a integer);
CREATE TABLE b (b text);
CREATE VIEW feedstock_old_a AS SELECT 1 AS one;
CREATE TABLE c (x integer, y text, feedstock_old_x integer);

-- to
CREATE TABLE b (a integer);
CREATE TABLE a (b text);
CREATE VIEW feedstock_old_a AS SELECT 1 AS one;
CREATE TABLE c (y integer, x text, feedstock_old_x integer);

-- rows
INSERT INTO a VALUES (1);
INSERT INTO c VALUES (1, 'a', 2);

-- then
SELECT * FROM b;
-- 1
SELECT y, x, feedstock_old_x FROM c;
-- 1 | a | 2

-- plan
-- renames table a, table b, table feedstock_old_a_2, column c.x, column c.y and 1 more
-- hazard rename-table:a: a program that still uses the old name fails
-- hazard rename-table:b: a program that still uses the old name fails
-- hazard rename-column:c.x: a program that still uses the old name fails
-- hazard rename-column:c.y: a program that still uses the old name fails

BEGIN;

ALTER TABLE public.a RENAME TO feedstock_old_a_2;

ALTER TABLE public.b RENAME TO a;

ALTER TABLE public.feedstock_old_a_2 RENAME TO b;

ALTER TABLE public.c RENAME COLUMN x TO feedstock_old_x_2;

ALTER TABLE public.c RENAME COLUMN y TO x;

ALTER TABLE public.c RENAME COLUMN feedstock_old_x_2 TO y;

COMMIT;
