-- Key and foreign key become text: neither could be without the other.
-- one way: needs an expression

-- from
CREATE TABLE a (id integer PRIMARY KEY);
CREATE TABLE b (a integer REFERENCES a);

-- to
CREATE TABLE a (id text PRIMARY KEY);
CREATE TABLE b (a text REFERENCES a);

-- plan
-- file 1 of 2, in a transaction: creates foreign key b_a_fkey on b; changes column a.id, column b.a; drops foreign key b_a_fkey on b
-- hazard change-type:a.id: integer to text: a program that expects the old type may fail
-- hazard change-type:b.a: integer to text: a program that expects the old type may fail
-- hazard unindexed-foreign-key:b.b_a_fkey: no index begins with a: whoever deletes a row of a waits until all of b is read

BEGIN;

ALTER TABLE public.b DROP CONSTRAINT b_a_fkey;

ALTER TABLE public.a ALTER COLUMN id TYPE text;

ALTER TABLE public.b ALTER COLUMN a TYPE text;

ALTER TABLE public.b ADD CONSTRAINT b_a_fkey FOREIGN KEY (a) REFERENCES public.a(id) NOT VALID;

COMMIT;

-- file 2 of 2, in a transaction: validates foreign key b_a_fkey on b; analyzes column a.id, column b.a
-- hazard long-validation:b: reads every row; nobody waits for it, and it may take its time

BEGIN;

ANALYZE public.a (id);

ANALYZE public.b (a);

ALTER TABLE public.b VALIDATE CONSTRAINT b_a_fkey;

COMMIT;
