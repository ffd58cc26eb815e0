-- The key that becomes the replica identity has a column that becomes NOT NULL in the same plan.

-- from
CREATE TABLE t (id integer, a integer);
ALTER TABLE t REPLICA IDENTITY FULL;

-- to
CREATE UNLOGGED TABLE t (id integer NOT NULL, a integer, CONSTRAINT t_k UNIQUE (id));
ALTER TABLE t REPLICA IDENTITY USING INDEX t_k;

-- plan
-- file 1 of 4, in a transaction: changes column t.id, table t
-- hazard required-column:t.id: a program that does not write it fails from here on
-- hazard unlogged:t: a crash empties it, and standbys do not have its rows

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_id_not_null CHECK (id IS NOT NULL) NOT VALID;

ALTER TABLE public.t SET UNLOGGED;

COMMIT;

-- file 2 of 4, outside a transaction: creates constraint t_k on t
-- hazard add-unique:t.t_k: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY t_k ON public.t USING btree (id);

-- file 3 of 4, in a transaction: validates column t.id
-- hazard set-not-null:t.id: fails if a row has NULL; to fill such rows: --fill t.id='…'
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_id_not_null;

COMMIT;

-- file 4 of 4, in a transaction: creates constraint t_k on t; changes column t.id, replica identity of t

BEGIN;

ALTER TABLE public.t ALTER COLUMN id SET NOT NULL;
ALTER TABLE public.t DROP CONSTRAINT feedstock_new_id_not_null;

ALTER TABLE public.t ADD CONSTRAINT t_k UNIQUE USING INDEX t_k;

ALTER TABLE public.t REPLICA IDENTITY USING INDEX t_k;

COMMIT;
