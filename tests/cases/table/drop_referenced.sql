-- A table goes that another one, which stays, refers to.
-- allow: drop-table:person

-- from
CREATE TABLE person (id integer PRIMARY KEY);
CREATE TABLE pet (id integer PRIMARY KEY, owner integer REFERENCES person);

-- to
CREATE TABLE pet (id integer PRIMARY KEY, owner integer);

-- plan
-- drops foreign key pet_owner_fkey on pet, table person
-- hazard drop-table:person: the table and its rows are lost

BEGIN;

ALTER TABLE public.pet DROP CONSTRAINT pet_owner_fkey;

DROP TABLE public.person;

COMMIT;
