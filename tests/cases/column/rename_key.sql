-- A renamed column in a key and in the foreign key that refers to it.
-- renamed: column person.id -> person.person_id
-- renamed: column pet.owner -> pet.owner_id

-- from
CREATE TABLE person (id integer PRIMARY KEY);
CREATE TABLE pet (owner integer REFERENCES person);

-- to
CREATE TABLE person (person_id integer PRIMARY KEY);
CREATE TABLE pet (owner_id integer REFERENCES person);

-- plan
-- renames column person.id, column pet.owner, foreign key pet_owner_fkey on pet
-- hazard rename-column:person.id: a program that still uses the old name fails
-- hazard rename-column:pet.owner: a program that still uses the old name fails

BEGIN;

ALTER TABLE public.person RENAME COLUMN id TO person_id;

ALTER TABLE public.pet RENAME COLUMN owner TO owner_id;

ALTER TABLE public.pet RENAME CONSTRAINT pet_owner_fkey TO pet_owner_id_fkey;

COMMIT;

-- plan from 18
-- renames column person.id, column pet.owner, foreign key pet_owner_fkey on pet, constraint person_id_not_null on person
-- hazard rename-column:person.id: a program that still uses the old name fails
-- hazard rename-column:pet.owner: a program that still uses the old name fails

BEGIN;

ALTER TABLE public.person RENAME COLUMN id TO person_id;

ALTER TABLE public.pet RENAME COLUMN owner TO owner_id;

ALTER TABLE public.pet RENAME CONSTRAINT pet_owner_fkey TO pet_owner_id_fkey;

ALTER TABLE public.person RENAME CONSTRAINT person_id_not_null TO person_person_id_not_null;

COMMIT;
