-- A check that heirs need not pass.

-- from
CREATE TABLE t (a integer, CONSTRAINT c CHECK (a > 0));

-- to
CREATE TABLE t (a integer, CONSTRAINT c CHECK (a > 0) NO INHERIT);

-- plan
-- file 1 of 3, in a transaction: creates constraint c on t

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_c CHECK ((a > 0)) NO INHERIT NOT VALID;

COMMIT;

-- file 2 of 3, in a transaction: validates constraint c on t
-- hazard add-check:t.c: fails if a row breaks it
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_c;

COMMIT;

-- file 3 of 3, in a transaction: creates constraint c on t

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT c;
ALTER TABLE public.t RENAME CONSTRAINT feedstock_new_c TO c;

COMMIT;
