-- A check that says it already spares the scan.

-- measured

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer CHECK (drama_id IS NOT NULL), size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer NOT NULL CHECK (drama_id IS NOT NULL), size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- plan
-- file 1 of 3, in a transaction: changes column images.drama_id
-- hazard required-column:images.drama_id: a program that does not write it fails from here on
-- lock: AccessExclusiveLock on images (blocks reads and writes)

BEGIN;

ALTER TABLE public.images ADD CONSTRAINT feedstock_new_drama_id_not_null CHECK (drama_id IS NOT NULL) NOT VALID;

COMMIT;

-- file 2 of 3, in a transaction: validates column images.drama_id
-- hazard set-not-null:images.drama_id: fails if a row has NULL; to fill such rows: --fill images.drama_id='…'
-- hazard long-validation:images: reads every row; nobody waits for it, and it may take its time
-- lock: ShareUpdateExclusiveLock on images (blocks neither reads nor writes)
-- scans: images

BEGIN;

ALTER TABLE public.images VALIDATE CONSTRAINT feedstock_new_drama_id_not_null;

COMMIT;

-- file 3 of 3, in a transaction: changes column images.drama_id
-- lock: AccessExclusiveLock on images (blocks reads and writes)

BEGIN;

ALTER TABLE public.images ALTER COLUMN drama_id SET NOT NULL;
ALTER TABLE public.images DROP CONSTRAINT feedstock_new_drama_id_not_null;

COMMIT;
