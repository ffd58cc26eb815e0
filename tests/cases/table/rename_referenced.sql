-- A renamed table that a foreign key and a view refer to.
-- renamed: table person -> human

-- from
CREATE TABLE person (id integer PRIMARY KEY, name text);
CREATE TABLE pet (owner integer REFERENCES person);
CREATE VIEW names AS SELECT name FROM person;

-- to
CREATE TABLE human (id integer PRIMARY KEY, name text);
CREATE TABLE pet (owner integer REFERENCES human);
CREATE VIEW names AS SELECT name FROM human;

-- plan
-- renames table person, constraint person_pkey on human
-- hazard rename-table:person: a program that still uses the old name fails

BEGIN;

ALTER TABLE public.person RENAME TO human;

ALTER TABLE public.human RENAME CONSTRAINT person_pkey TO human_pkey;

COMMIT;

-- plan from 18
-- renames table person, constraint person_pkey on human, constraint person_id_not_null on human
-- hazard rename-table:person: a program that still uses the old name fails

BEGIN;

ALTER TABLE public.person RENAME TO human;

ALTER TABLE public.human RENAME CONSTRAINT person_pkey TO human_pkey;

ALTER TABLE public.human RENAME CONSTRAINT person_id_not_null TO human_id_not_null;

COMMIT;
