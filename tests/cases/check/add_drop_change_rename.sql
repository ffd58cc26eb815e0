-- Checks come, go, change and get another name.

-- from
CREATE TABLE t (a integer, CONSTRAINT gone CHECK (a < 9), CONSTRAINT changed CHECK (a > 0), CONSTRAINT old CHECK (a <> 5));

-- to
CREATE TABLE t (a integer, CONSTRAINT new CHECK (a <> 5), CONSTRAINT changed CHECK (a > 1), CONSTRAINT added CHECK (a < 100));

-- plan
-- file 1 of 3, in a transaction: creates constraint added on t, constraint changed on t; renames constraint old on t

BEGIN;

ALTER TABLE public.t RENAME CONSTRAINT old TO new;

ALTER TABLE public.t ADD CONSTRAINT added CHECK ((a < 100)) NOT VALID;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_changed CHECK ((a > 1)) NOT VALID;

COMMIT;

-- file 2 of 3, in a transaction: validates constraint added on t, constraint changed on t
-- hazard add-check:t.added: fails if a row breaks it
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time
-- hazard add-check:t.changed: fails if a row breaks it

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT added,
    VALIDATE CONSTRAINT feedstock_new_changed;

COMMIT;

-- file 3 of 3, in a transaction: creates constraint changed on t; drops constraint gone on t

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT gone;

ALTER TABLE public.t DROP CONSTRAINT changed;
ALTER TABLE public.t RENAME CONSTRAINT feedstock_new_changed TO changed;

COMMIT;
