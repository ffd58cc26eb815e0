-- A check that old rows need not pass, and one that is validated.

-- from
CREATE TABLE t (a integer);
ALTER TABLE t ADD CONSTRAINT old CHECK (a > 0) NOT VALID;

-- to
CREATE TABLE t (a integer, CONSTRAINT old CHECK (a > 0));
ALTER TABLE t ADD CONSTRAINT new CHECK (a < 9) NOT VALID;

-- rows
ALTER TABLE t DROP CONSTRAINT old;
INSERT INTO t VALUES (10);
ALTER TABLE t ADD CONSTRAINT old CHECK (a > 0) NOT VALID;

-- then
SELECT a FROM t;
-- 10

-- plan
-- file 1 of 2, in a transaction: creates constraint new on t

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT new CHECK ((a < 9)) NOT VALID;

COMMIT;

-- file 2 of 2, in a transaction: validates constraint old on t
-- hazard add-check:t.old: fails if a row breaks it
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT old;

COMMIT;
