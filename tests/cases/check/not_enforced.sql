-- Checks that are only said: one comes, one comes with a table, one is enforced from now on, and one no longer.
-- since: 18

-- from
CREATE TABLE t (a integer, CONSTRAINT gains CHECK (a > 0) NOT ENFORCED, CONSTRAINT loses CHECK (a < 9));

-- to
CREATE TABLE t (a integer, CONSTRAINT gains CHECK (a > 0), CONSTRAINT loses CHECK (a < 9) NOT ENFORCED,
    CONSTRAINT new CHECK (a <> 5) NOT ENFORCED);
CREATE TABLE u (a integer CONSTRAINT said CHECK (a > 0) NO INHERIT NOT ENFORCED);

-- rows
INSERT INTO t VALUES (5);

-- then
SELECT a FROM t;
-- 5

-- plan

-- plan from 18
-- file 1 of 3, in a transaction: creates table u, constraint gains on t, constraint loses on t, constraint new on t; drops constraint loses on t

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT loses;

CREATE TABLE public.u (
    a integer,
    CONSTRAINT said CHECK ((a > 0)) NO INHERIT NOT ENFORCED
);

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_gains CHECK ((a > 0)) NOT VALID;

ALTER TABLE public.t ADD CONSTRAINT loses CHECK ((a < 9)) NOT ENFORCED;

ALTER TABLE public.t ADD CONSTRAINT new CHECK ((a <> 5)) NOT ENFORCED;

COMMIT;

-- file 2 of 3, in a transaction: validates constraint gains on t
-- hazard add-check:t.gains: fails if a row breaks it
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_gains;

COMMIT;

-- file 3 of 3, in a transaction: creates constraint gains on t

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT gains;
ALTER TABLE public.t RENAME CONSTRAINT feedstock_new_gains TO gains;

COMMIT;
