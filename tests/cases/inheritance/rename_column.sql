-- A column gets another name in all who inherit it.
-- renamed: column a.x -> a.z

-- from
CREATE TABLE a (id integer, x text);
CREATE TABLE b () INHERITS (a);

-- to
CREATE TABLE a (id integer, z text);
CREATE TABLE b () INHERITS (a);

-- plan
-- renames column a.x
-- hazard rename-column:a.x: a program that still uses the old name fails

BEGIN;

ALTER TABLE public.a RENAME COLUMN x TO z;

COMMIT;
