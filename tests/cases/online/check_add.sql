-- A check on a table that is in use.

-- from
CREATE TABLE t (a integer, b text);

-- to
CREATE TABLE t (a integer, b text, CHECK (a > 0));

-- rows
INSERT INTO t VALUES (1);

-- then
SELECT a FROM t;
-- 1

-- plan
-- file 1 of 2, in a transaction: creates constraint t_a_check on t

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT t_a_check CHECK ((a > 0)) NOT VALID;

COMMIT;

-- file 2 of 2, in a transaction: validates constraint t_a_check on t
-- hazard add-check:t.t_a_check: fails if a row breaks it
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT t_a_check;

COMMIT;
