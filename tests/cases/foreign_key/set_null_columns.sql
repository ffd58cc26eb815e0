-- A foreign key that sets only some columns to NULL, and one that matches in full.
-- since: 15

-- from
CREATE TABLE p (a integer, b integer, PRIMARY KEY (a, b));
CREATE TABLE t (a integer, b integer);

-- to
CREATE TABLE p (a integer, b integer, PRIMARY KEY (a, b));
CREATE TABLE t (a integer, b integer, CONSTRAINT x FOREIGN KEY (a, b) REFERENCES p ON DELETE SET NULL (b), CONSTRAINT y FOREIGN KEY (a, b) REFERENCES p MATCH FULL);

-- plan
-- file 1 of 2, in a transaction: creates foreign key x on t, foreign key y on t
-- hazard unindexed-foreign-key:t.x: no index begins with a, b: whoever deletes a row of p waits until all of t is read
-- hazard unindexed-foreign-key:t.y: no index begins with a, b: whoever deletes a row of p waits until all of t is read

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT x FOREIGN KEY (a, b) REFERENCES public.p(a, b) ON DELETE SET NULL (b) NOT VALID;

ALTER TABLE public.t ADD CONSTRAINT y FOREIGN KEY (a, b) REFERENCES public.p(a, b) MATCH FULL NOT VALID;

COMMIT;

-- file 2 of 2, in a transaction: validates foreign key x on t, foreign key y on t
-- hazard add-foreign-key:t.x: fails if a row refers to nothing
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time
-- hazard add-foreign-key:t.y: fails if a row refers to nothing

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT x,
    VALIDATE CONSTRAINT y;

COMMIT;
