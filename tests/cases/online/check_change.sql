-- A check becomes wider: until the new one holds, the old one does.

-- from
CREATE TABLE t (a integer CHECK (a > 1));

-- to
CREATE TABLE t (a integer CHECK (a > 0));
COMMENT ON CONSTRAINT t_a_check ON t IS 'positive';

-- plan
-- file 1 of 3, in a transaction: creates constraint t_a_check on t

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_t_a_check CHECK ((a > 0)) NOT VALID;

COMMIT;

-- file 2 of 3, in a transaction: validates constraint t_a_check on t
-- hazard add-check:t.t_a_check: fails if a row breaks it
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_t_a_check;

COMMIT;

-- file 3 of 3, in a transaction: creates constraint t_a_check on t

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT t_a_check;
ALTER TABLE public.t RENAME CONSTRAINT feedstock_new_t_a_check TO t_a_check;
COMMENT ON CONSTRAINT t_a_check ON public.t IS 'positive';

COMMIT;
