-- A foreign key blocks writes on both tables while the one is read.

-- measured

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);
ALTER TABLE images ADD FOREIGN KEY (drama_id) REFERENCES dramas;

-- plan
-- file 1 of 2, in a transaction: creates foreign key images_drama_id_fkey on images
-- hazard unindexed-foreign-key:images.images_drama_id_fkey: no index begins with drama_id: whoever deletes a row of dramas waits until all of images is read
-- lock: ShareRowExclusiveLock on dramas, images (blocks writes)

BEGIN;

ALTER TABLE public.images ADD CONSTRAINT images_drama_id_fkey FOREIGN KEY (drama_id) REFERENCES public.dramas(id) NOT VALID;

COMMIT;

-- file 2 of 2, in a transaction: validates foreign key images_drama_id_fkey on images
-- hazard add-foreign-key:images.images_drama_id_fkey: fails if a row refers to nothing
-- hazard long-validation:images: reads every row; nobody waits for it, and it may take its time
-- lock: ShareUpdateExclusiveLock on images (blocks neither reads nor writes)
-- lock: RowShareLock on dramas (blocks neither reads nor writes)
-- scans: images

BEGIN;

ALTER TABLE public.images VALIDATE CONSTRAINT images_drama_id_fkey;

COMMIT;
