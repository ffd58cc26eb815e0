-- A key comes with storage parameters, and is made again with them.

-- from
CREATE TABLE t (a integer, b integer, CONSTRAINT u UNIQUE (a) WITH (fillfactor = 70));

-- to
CREATE TABLE t (a integer, b integer, CONSTRAINT u UNIQUE (a, b) WITH (fillfactor = 70), CONSTRAINT k PRIMARY KEY (a) WITH (fillfactor = 50));

-- plan
-- file 1 of 5, in a transaction: changes column t.a
-- hazard required-column:t.a: a program that does not write it fails from here on

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_a_not_null CHECK (a IS NOT NULL) NOT VALID;

COMMIT;

-- file 2 of 5, outside a transaction: creates constraint k on t
-- hazard add-unique:t.k: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY k ON public.t USING btree (a);

-- file 3 of 5, outside a transaction: creates constraint u on t
-- hazard add-unique:t.u: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY feedstock_new_u ON public.t USING btree (a, b);

-- file 4 of 5, in a transaction: validates column t.a
-- hazard set-not-null:t.a: fails if a row has NULL; to fill such rows: --fill t.a='…'
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_a_not_null;

COMMIT;

-- file 5 of 5, in a transaction: creates constraint k on t, constraint u on t, storage parameters of t.k, storage parameters of t.u; changes column t.a

BEGIN;

ALTER TABLE public.t ALTER COLUMN a SET NOT NULL;
ALTER TABLE public.t DROP CONSTRAINT feedstock_new_a_not_null;

ALTER TABLE public.t ADD CONSTRAINT k PRIMARY KEY USING INDEX k;

ALTER TABLE public.t DROP CONSTRAINT u;
ALTER TABLE public.t ADD CONSTRAINT u UNIQUE USING INDEX feedstock_new_u;

ALTER INDEX public.k SET (fillfactor=50);

ALTER INDEX public.u SET (fillfactor=70);

COMMIT;
