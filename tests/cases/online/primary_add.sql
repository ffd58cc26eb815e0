-- A primary key on columns that allow NULL: first they lose that.

-- from
CREATE TABLE t (a integer, b text);

-- to
CREATE TABLE t (a integer, b text, PRIMARY KEY (a, b));

-- rows
INSERT INTO t VALUES (1, 'x'), (1, 'y');

-- then
SELECT count(*) FROM t;
-- 2

-- plan
-- file 1 of 4, in a transaction: changes column t.a, column t.b
-- hazard required-column:t.a: a program that does not write it fails from here on
-- hazard required-column:t.b: a program that does not write it fails from here on

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_a_not_null CHECK (a IS NOT NULL) NOT VALID;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_b_not_null CHECK (b IS NOT NULL) NOT VALID;

COMMIT;

-- file 2 of 4, outside a transaction: creates constraint t_pkey on t
-- hazard add-unique:t.t_pkey: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY t_pkey ON public.t USING btree (a, b);

-- file 3 of 4, in a transaction: validates column t.a, column t.b
-- hazard set-not-null:t.a: fails if a row has NULL; to fill such rows: --fill t.a='…'
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time
-- hazard set-not-null:t.b: fails if a row has NULL; to fill such rows: --fill t.b='…'

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_a_not_null,
    VALIDATE CONSTRAINT feedstock_new_b_not_null;

COMMIT;

-- file 4 of 4, in a transaction: creates constraint t_pkey on t; changes column t.a, column t.b

BEGIN;

ALTER TABLE public.t ALTER COLUMN a SET NOT NULL;
ALTER TABLE public.t DROP CONSTRAINT feedstock_new_a_not_null;

ALTER TABLE public.t ALTER COLUMN b SET NOT NULL;
ALTER TABLE public.t DROP CONSTRAINT feedstock_new_b_not_null;

ALTER TABLE public.t ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX t_pkey;

COMMIT;
