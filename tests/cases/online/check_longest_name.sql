-- Checks with the longest names change.

-- from
CREATE TABLE t (a integer, CONSTRAINT aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab CHECK (a > 0), CONSTRAINT aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac CHECK (a < 9));

-- to
CREATE TABLE t (a integer, CONSTRAINT aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab CHECK (a > 1), CONSTRAINT aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac CHECK (a < 8));

-- plan
-- file 1 of 3, in a transaction: creates constraint aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab on t, constraint aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac on t

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_2369b853 CHECK ((a > 1)) NOT VALID;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_2269b6c0 CHECK ((a < 8)) NOT VALID;

COMMIT;

-- file 2 of 3, in a transaction: validates constraint aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab on t, constraint aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac on t
-- hazard add-check:t.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab: fails if a row breaks it
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time
-- hazard add-check:t.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac: fails if a row breaks it

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_2369b853,
    VALIDATE CONSTRAINT feedstock_new_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_2269b6c0;

COMMIT;

-- file 3 of 3, in a transaction: creates constraint aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab on t, constraint aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac on t

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab;
ALTER TABLE public.t RENAME CONSTRAINT feedstock_new_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_2369b853 TO aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab;

ALTER TABLE public.t DROP CONSTRAINT aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac;
ALTER TABLE public.t RENAME CONSTRAINT feedstock_new_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_2269b6c0 TO aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac;

COMMIT;
