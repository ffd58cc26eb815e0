-- A column gets a default and allows no NULL: new rows have it before old ones are looked at.

-- from
CREATE TABLE t (a integer, b text);

-- to
CREATE TABLE t (a integer NOT NULL DEFAULT 7, b text);

-- rows
INSERT INTO t VALUES (1);

-- then
INSERT INTO t DEFAULT VALUES;
SELECT a FROM t ORDER BY a;
-- 1
-- 7

-- plan
-- file 1 of 3, in a transaction: changes column t.a

BEGIN;

ALTER TABLE public.t ALTER COLUMN a SET DEFAULT 7;
ALTER TABLE public.t ADD CONSTRAINT feedstock_new_a_not_null CHECK (a IS NOT NULL) NOT VALID;

COMMIT;

-- file 2 of 3, in a transaction: validates column t.a
-- hazard set-not-null:t.a: fails if a row has NULL; to fill such rows: --fill t.a='…'
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_a_not_null;

COMMIT;

-- file 3 of 3, in a transaction: changes column t.a

BEGIN;

ALTER TABLE public.t ALTER COLUMN a SET NOT NULL;
ALTER TABLE public.t DROP CONSTRAINT feedstock_new_a_not_null;

COMMIT;
