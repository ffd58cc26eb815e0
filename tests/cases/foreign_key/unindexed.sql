-- A new foreign key without an index on its columns says what a delete of a referenced row costs.

-- from
CREATE TABLE a (id integer PRIMARY KEY);
CREATE TABLE b (id integer PRIMARY KEY, a_id integer, other integer);
CREATE INDEX on_other ON b (other, a_id);

-- to
CREATE TABLE a (id integer PRIMARY KEY);
CREATE TABLE b (id integer PRIMARY KEY, a_id integer REFERENCES a, other integer REFERENCES a);
CREATE INDEX on_other ON b (other, a_id);

-- rows
INSERT INTO a VALUES (1);
INSERT INTO b VALUES (1, 1, 1);

-- plan
-- file 1 of 2, in a transaction: creates foreign key b_a_id_fkey on b, foreign key b_other_fkey on b
-- hazard unindexed-foreign-key:b.b_a_id_fkey: no index begins with a_id: whoever deletes a row of a waits until all of b is read

BEGIN;

ALTER TABLE public.b ADD CONSTRAINT b_a_id_fkey FOREIGN KEY (a_id) REFERENCES public.a(id) NOT VALID;

ALTER TABLE public.b ADD CONSTRAINT b_other_fkey FOREIGN KEY (other) REFERENCES public.a(id) NOT VALID;

COMMIT;

-- file 2 of 2, in a transaction: validates foreign key b_a_id_fkey on b, foreign key b_other_fkey on b
-- hazard add-foreign-key:b.b_a_id_fkey: fails if a row refers to nothing
-- hazard long-validation:b: reads every row; nobody waits for it, and it may take its time
-- hazard add-foreign-key:b.b_other_fkey: fails if a row refers to nothing

BEGIN;

ALTER TABLE public.b VALIDATE CONSTRAINT b_a_id_fkey,
    VALIDATE CONSTRAINT b_other_fkey;

COMMIT;
