-- The names of NOT NULL constraints, which are objects since Postgres 18.
-- since: 18

-- from
CREATE TABLE t (a integer CONSTRAINT one NOT NULL, b integer NOT NULL, c integer CONSTRAINT mine NOT NULL, d integer);

-- to
CREATE TABLE t (a integer CONSTRAINT two NOT NULL, b integer CONSTRAINT own NOT NULL, c integer, d integer CONSTRAINT late NOT NULL);

-- plan

-- plan from 18
-- file 1 of 3, in a transaction: renames constraint one on t, constraint t_b_not_null on t; changes column t.c, column t.d
-- hazard required-column:t.d: a program that does not write it fails from here on

BEGIN;

ALTER TABLE public.t RENAME CONSTRAINT one TO two;

ALTER TABLE public.t RENAME CONSTRAINT t_b_not_null TO own;

ALTER TABLE public.t ALTER COLUMN c DROP NOT NULL;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_d_not_null CHECK (d IS NOT NULL) NOT VALID;

COMMIT;

-- file 2 of 3, in a transaction: validates column t.d
-- hazard set-not-null:t.d: fails if a row has NULL; to fill such rows: --fill t.d='…'
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_d_not_null;

COMMIT;

-- file 3 of 3, in a transaction: changes column t.d

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT late NOT NULL d;
ALTER TABLE public.t DROP CONSTRAINT feedstock_new_d_not_null;

COMMIT;
