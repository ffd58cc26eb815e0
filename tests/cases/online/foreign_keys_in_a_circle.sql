-- Two tables in use come to refer to each other.

-- from
CREATE TABLE a (id integer PRIMARY KEY, b integer);
CREATE TABLE b (id integer PRIMARY KEY, a integer);

-- to
CREATE TABLE a (id integer PRIMARY KEY, b integer);
CREATE TABLE b (id integer PRIMARY KEY, a integer REFERENCES a);
ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;

-- plan
-- file 1 of 3, in a transaction: creates foreign key a_b_fkey on a
-- hazard unindexed-foreign-key:a.a_b_fkey: no index begins with b: whoever deletes a row of b waits until all of a is read

BEGIN;

ALTER TABLE public.a ADD CONSTRAINT a_b_fkey FOREIGN KEY (b) REFERENCES public.b(id) NOT VALID;

COMMIT;

-- file 2 of 3, in a transaction: creates foreign key b_a_fkey on b
-- hazard unindexed-foreign-key:b.b_a_fkey: no index begins with a: whoever deletes a row of a waits until all of b is read

BEGIN;

ALTER TABLE public.b ADD CONSTRAINT b_a_fkey FOREIGN KEY (a) REFERENCES public.a(id) NOT VALID;

COMMIT;

-- file 3 of 3, in a transaction: validates foreign key a_b_fkey on a, foreign key b_a_fkey on b
-- hazard add-foreign-key:a.a_b_fkey: fails if a row refers to nothing
-- hazard long-validation:a: reads every row; nobody waits for it, and it may take its time
-- hazard add-foreign-key:b.b_a_fkey: fails if a row refers to nothing
-- hazard long-validation:b: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.a VALIDATE CONSTRAINT a_b_fkey;

ALTER TABLE public.b VALIDATE CONSTRAINT b_a_fkey;

COMMIT;
