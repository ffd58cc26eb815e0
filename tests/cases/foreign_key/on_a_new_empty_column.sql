-- A foreign key on a new column without values refers to nothing: no row can break it.

-- from
CREATE TABLE a (id integer PRIMARY KEY);
CREATE TABLE b (id integer PRIMARY KEY);

-- to
CREATE TABLE a (id integer PRIMARY KEY);
CREATE TABLE b (id integer PRIMARY KEY, a_id integer REFERENCES a);

-- rows
INSERT INTO b VALUES (1);

-- plan
-- file 1 of 2, in a transaction: creates column b.a_id, foreign key b_a_id_fkey on b
-- hazard unindexed-foreign-key:b.b_a_id_fkey: no index begins with a_id: whoever deletes a row of a waits until all of b is read

BEGIN;

ALTER TABLE public.b ADD COLUMN a_id integer;

ALTER TABLE public.b ADD CONSTRAINT b_a_id_fkey FOREIGN KEY (a_id) REFERENCES public.a(id) NOT VALID;

COMMIT;

-- file 2 of 2, in a transaction: validates foreign key b_a_id_fkey on b
-- hazard long-validation:b: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.b VALIDATE CONSTRAINT b_a_id_fkey;

COMMIT;
