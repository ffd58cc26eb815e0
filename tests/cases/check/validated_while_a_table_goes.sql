-- What goes does not wait for a validation, which needs nothing of it: no file comes after the validation.
-- allow: drop-table:old

-- from
CREATE TABLE t (n integer);
CREATE TABLE old (n integer);

-- to
CREATE TABLE t (n integer, CONSTRAINT positive CHECK (n > 0));

-- plan
-- file 1 of 3, in a transaction: creates constraint positive on t

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT positive CHECK ((n > 0)) NOT VALID;

COMMIT;

-- file 2 of 3, in a transaction: validates constraint positive on t
-- hazard add-check:t.positive: fails if a row breaks it
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT positive;

COMMIT;

-- file 3 of 3, in a transaction: drops table old
-- hazard drop-table:old: the table and its rows are lost

BEGIN;

DROP TABLE public.old;

COMMIT;
