-- A primary key on a column that may hold NULL.

-- measured

-- from
CREATE TABLE dramas (id integer, title text);

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text);

-- plan
-- file 1 of 4, in a transaction: changes column dramas.id
-- hazard required-column:dramas.id: a program that does not write it fails from here on
-- lock: AccessExclusiveLock on dramas (blocks reads and writes)

BEGIN;

ALTER TABLE public.dramas ADD CONSTRAINT feedstock_new_id_not_null CHECK (id IS NOT NULL) NOT VALID;

COMMIT;

-- file 2 of 4, outside a transaction: creates constraint dramas_pkey on dramas
-- hazard add-unique:dramas.dramas_pkey: fails if two rows are alike
-- lock: ShareUpdateExclusiveLock on dramas (blocks neither reads nor writes)
-- scans: dramas

CREATE UNIQUE INDEX CONCURRENTLY dramas_pkey ON public.dramas USING btree (id);

-- file 3 of 4, in a transaction: validates column dramas.id
-- hazard set-not-null:dramas.id: fails if a row has NULL; to fill such rows: --fill dramas.id='…'
-- hazard long-validation:dramas: reads every row; nobody waits for it, and it may take its time
-- lock: ShareUpdateExclusiveLock on dramas (blocks neither reads nor writes)
-- scans: dramas

BEGIN;

ALTER TABLE public.dramas VALIDATE CONSTRAINT feedstock_new_id_not_null;

COMMIT;

-- file 4 of 4, in a transaction: creates constraint dramas_pkey on dramas; changes column dramas.id
-- lock: AccessExclusiveLock on dramas (blocks reads and writes)

BEGIN;

ALTER TABLE public.dramas ALTER COLUMN id SET NOT NULL;
ALTER TABLE public.dramas DROP CONSTRAINT feedstock_new_id_not_null;

ALTER TABLE public.dramas ADD CONSTRAINT dramas_pkey PRIMARY KEY USING INDEX dramas_pkey;

COMMIT;
