-- A foreign key that old rows need not meet is validated.

-- from
CREATE TABLE a (id integer PRIMARY KEY);
CREATE TABLE b (x integer);
ALTER TABLE b ADD CONSTRAINT k FOREIGN KEY (x) REFERENCES a NOT VALID;

-- to
CREATE TABLE a (id integer PRIMARY KEY);
CREATE TABLE b (x integer);
ALTER TABLE b ADD CONSTRAINT k FOREIGN KEY (x) REFERENCES a;

-- plan
-- validates foreign key k on b
-- hazard add-foreign-key:b.k: fails if a row refers to nothing
-- hazard long-validation:b: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.b VALIDATE CONSTRAINT k;

COMMIT;
