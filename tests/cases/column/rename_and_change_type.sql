-- A column is renamed, widened and given a default.
-- renamed: column t.a -> t.b
-- one way: narrows the type

-- from
CREATE TABLE t (a integer);

-- to
CREATE TABLE t (b bigint DEFAULT 7 NOT NULL);

-- plan
-- file 1 of 3, in a transaction: renames column t.a; changes column t.b
-- hazard rename-column:t.a: a program that still uses the old name fails
-- hazard change-type:t.b: integer to bigint: a program that expects the old type may fail

BEGIN;

ALTER TABLE public.t RENAME COLUMN a TO b;

ALTER TABLE public.t ALTER COLUMN b TYPE bigint;
ALTER TABLE public.t ALTER COLUMN b SET DEFAULT 7;
ALTER TABLE public.t ADD CONSTRAINT feedstock_new_b_not_null CHECK (b IS NOT NULL) NOT VALID;

COMMIT;

-- file 2 of 3, in a transaction: validates column t.b; analyzes column t.b
-- hazard set-not-null:t.b: fails if a row has NULL; to fill such rows: --fill t.b='…'
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_b_not_null;
ANALYZE public.t (b);

COMMIT;

-- file 3 of 3, in a transaction: changes column t.b

BEGIN;

ALTER TABLE public.t ALTER COLUMN b SET NOT NULL;
ALTER TABLE public.t DROP CONSTRAINT feedstock_new_b_not_null;

COMMIT;
