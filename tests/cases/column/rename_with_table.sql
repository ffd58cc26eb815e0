-- A table and one of its columns are renamed at once.
-- renamed: table person -> human
-- renamed: column human.nick -> human.name

-- from
CREATE TABLE person (nick text);

-- to
CREATE TABLE human (name text);

-- plan
-- renames table person, column human.nick
-- hazard rename-table:person: a program that still uses the old name fails
-- hazard rename-column:human.nick: a program that still uses the old name fails

BEGIN;

ALTER TABLE public.person RENAME TO human;

ALTER TABLE public.human RENAME COLUMN nick TO name;

COMMIT;
