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
-- renames table a, table b, table feedstock_old_a
-- hazard rename-table:a: a program that still uses the old name fails
-- hazard rename-table:b: a program that still uses the old name fails

BEGIN;

ALTER TABLE public.a RENAME TO feedstock_old_a;

ALTER TABLE public.b RENAME TO a;

ALTER TABLE public.feedstock_old_a RENAME TO b;

COMMIT;
