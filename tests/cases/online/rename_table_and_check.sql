-- A table is renamed and gets a check.
-- renamed: table t -> u

-- from
CREATE TABLE t (a integer, b text);

-- to
CREATE TABLE u (a integer, b text, CHECK (a > 0));

-- plan
-- file 1 of 2, in a transaction: creates constraint u_a_check on u; renames table t
-- hazard rename-table:t: a program that still uses the old name fails

BEGIN;

ALTER TABLE public.t RENAME TO u;

ALTER TABLE public.u ADD CONSTRAINT u_a_check CHECK ((a > 0)) NOT VALID;

COMMIT;

-- file 2 of 2, in a transaction: validates constraint u_a_check on u
-- hazard add-check:u.u_a_check: fails if a row breaks it
-- hazard long-validation:u: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.u VALIDATE CONSTRAINT u_a_check;

COMMIT;
