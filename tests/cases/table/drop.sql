-- A table goes and takes its indexes and constraints along.
-- allow: drop-table:person

-- from
CREATE TABLE person (id serial PRIMARY KEY, name text UNIQUE);
CREATE INDEX person_name ON person (name);

-- to

-- plan
-- drops table person
-- hazard drop-table:person: the table and its rows are lost

BEGIN;

DROP TABLE public.person;

COMMIT;
