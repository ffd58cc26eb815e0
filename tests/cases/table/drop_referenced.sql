-- A table goes that another one, which stays, refers to.
-- allow: drop-table:person

-- from
CREATE TABLE person (id integer PRIMARY KEY);
CREATE TABLE pet (id integer PRIMARY KEY, owner integer REFERENCES person);

-- to
CREATE TABLE pet (id integer PRIMARY KEY, owner integer);

-- plan
-- file 1 of 2, in a transaction: drops foreign key pet_owner_fkey on pet

BEGIN;

ALTER TABLE public.pet DROP CONSTRAINT pet_owner_fkey;

COMMIT;

-- file 2 of 2, in a transaction: drops table person
-- hazard drop-table:person: the table and its rows are lost

BEGIN;

DROP TABLE public.person;

COMMIT;
