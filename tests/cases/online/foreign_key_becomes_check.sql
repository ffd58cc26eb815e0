-- A check takes the name of a foreign key that goes.

-- from
CREATE TABLE t (id integer PRIMARY KEY);
CREATE TABLE r (t integer CONSTRAINT c REFERENCES t);

-- to
CREATE TABLE t (id integer PRIMARY KEY);
CREATE TABLE r (t integer, CONSTRAINT c CHECK (t > 0));

-- plan
-- file 1 of 2, in a transaction: creates constraint c on r; drops foreign key c on r

BEGIN;

ALTER TABLE public.r DROP CONSTRAINT c;

ALTER TABLE public.r ADD CONSTRAINT c CHECK ((t > 0)) NOT VALID;

COMMIT;

-- file 2 of 2, in a transaction: validates constraint c on r
-- hazard add-check:r.c: fails if a row breaks it
-- hazard long-validation:r: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.r VALIDATE CONSTRAINT c;

COMMIT;
