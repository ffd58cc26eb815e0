-- A table goes that another one, which stays, refers to.
-- allow: drop-table:person

-- from
CREATE TABLE person (id integer PRIMARY KEY);
CREATE TABLE pet (id integer PRIMARY KEY, owner integer REFERENCES person);

-- to
CREATE TABLE pet (id integer PRIMARY KEY, owner integer);

-- plan
ALTER TABLE "public"."pet" DROP CONSTRAINT "pet_owner_fkey";

-- hazard drop-table:person: the table and its rows are lost
DROP TABLE "public"."person";
