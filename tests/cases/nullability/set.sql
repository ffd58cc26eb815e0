-- NULL is no longer allowed.

-- from
CREATE TABLE t (a integer);

-- to
CREATE TABLE t (a integer NOT NULL);

-- plan
-- file 1 of 3, in a transaction: changes column t.a
-- hazard required-column:t.a: a program that does not write it fails from here on

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_a_not_null CHECK (a IS NOT NULL) NOT VALID;

COMMIT;

-- file 2 of 3, in a transaction: validates column t.a
-- hazard set-not-null:t.a: fails if a row has NULL; to fill such rows: --fill t.a='…'
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_a_not_null;

COMMIT;

-- file 3 of 3, in a transaction: changes column t.a

BEGIN;

ALTER TABLE public.t ALTER COLUMN a SET NOT NULL;
ALTER TABLE public.t DROP CONSTRAINT feedstock_new_a_not_null;

COMMIT;
