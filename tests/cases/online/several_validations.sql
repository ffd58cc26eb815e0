-- Checks of one table are validated in one pass over it.

-- from
CREATE TABLE t (a integer, b integer);
CREATE TABLE u (a integer);

-- to
CREATE TABLE t (a integer NOT NULL CHECK (a > 0), b integer CHECK (b > 0));
CREATE TABLE u (a integer CHECK (a > 0));

-- plan
-- file 1 of 4, in a transaction: creates constraint t_a_check on t, constraint t_b_check on t; changes column t.a
-- hazard required-column:t.a: a program that does not write it fails from here on

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_a_not_null CHECK (a IS NOT NULL) NOT VALID;

ALTER TABLE public.t ADD CONSTRAINT t_a_check CHECK ((a > 0)) NOT VALID;

ALTER TABLE public.t ADD CONSTRAINT t_b_check CHECK ((b > 0)) NOT VALID;

COMMIT;

-- file 2 of 4, in a transaction: creates constraint u_a_check on u

BEGIN;

ALTER TABLE public.u ADD CONSTRAINT u_a_check CHECK ((a > 0)) NOT VALID;

COMMIT;

-- file 3 of 4, in a transaction: validates column t.a, constraint t_a_check on t, constraint t_b_check on t, constraint u_a_check on u
-- hazard set-not-null:t.a: fails if a row has NULL; to fill such rows: --fill t.a='…'
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time
-- hazard add-check:t.t_a_check: fails if a row breaks it
-- hazard add-check:t.t_b_check: fails if a row breaks it
-- hazard add-check:u.u_a_check: fails if a row breaks it
-- hazard long-validation:u: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_a_not_null,
    VALIDATE CONSTRAINT t_a_check,
    VALIDATE CONSTRAINT t_b_check;

ALTER TABLE public.u VALIDATE CONSTRAINT u_a_check;

COMMIT;

-- file 4 of 4, in a transaction: changes column t.a

BEGIN;

ALTER TABLE public.t ALTER COLUMN a SET NOT NULL;
ALTER TABLE public.t DROP CONSTRAINT feedstock_new_a_not_null;

COMMIT;
