-- A composite foreign key with a column list for SET NULL.
-- since: 15

-- from
CREATE TABLE a (x integer, y integer, PRIMARY KEY (x, y));
CREATE TABLE b (x integer, y integer);

-- to
CREATE TABLE a (x integer, y integer, PRIMARY KEY (x, y));
CREATE TABLE b (x integer, y integer, FOREIGN KEY (x, y) REFERENCES a ON DELETE SET NULL (y));

-- plan
-- file 1 of 2, in a transaction: creates foreign key b_x_y_fkey on b
-- hazard unindexed-foreign-key:b.b_x_y_fkey: no index begins with x, y: whoever deletes a row of a waits until all of b is read

BEGIN;

ALTER TABLE public.b ADD CONSTRAINT b_x_y_fkey FOREIGN KEY (x, y) REFERENCES public.a(x, y) ON DELETE SET NULL (y) NOT VALID;

COMMIT;

-- file 2 of 2, in a transaction: validates foreign key b_x_y_fkey on b
-- hazard add-foreign-key:b.b_x_y_fkey: fails if a row refers to nothing
-- hazard long-validation:b: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.b VALIDATE CONSTRAINT b_x_y_fkey;

COMMIT;
