-- A foreign key from one schema into another that is new.

-- from
CREATE TABLE t (a integer);

-- to
CREATE SCHEMA "weird.schema";
CREATE TABLE "weird.schema".a (id integer PRIMARY KEY);
CREATE TABLE t (a integer REFERENCES "weird.schema".a);

-- plan
-- file 1 of 2, in a transaction: creates schema weird.schema, table weird.schema.a, foreign key t_a_fkey on t

BEGIN;

CREATE SCHEMA "weird.schema";

CREATE TABLE "weird.schema".a (
    id integer NOT NULL,
    CONSTRAINT a_pkey PRIMARY KEY (id)
);

ALTER TABLE public.t ADD CONSTRAINT t_a_fkey FOREIGN KEY (a) REFERENCES "weird.schema".a(id) NOT VALID;

COMMIT;

-- file 2 of 2, in a transaction: validates foreign key t_a_fkey on t
-- hazard add-foreign-key:t.t_a_fkey: fails if a row refers to nothing
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT t_a_fkey;

COMMIT;
