-- A check reads the table from end to end while nobody can read or write it.

-- measured

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);
ALTER TABLE images ADD CHECK (size > 0);

-- plan
-- file 1 of 2, in a transaction: creates constraint images_size_check on images
-- lock: AccessExclusiveLock on images (blocks reads and writes)

BEGIN;

ALTER TABLE public.images ADD CONSTRAINT images_size_check CHECK ((size > 0)) NOT VALID;

COMMIT;

-- file 2 of 2, in a transaction: validates constraint images_size_check on images
-- hazard add-check:images.images_size_check: fails if a row breaks it
-- hazard long-validation:images: reads every row; nobody waits for it, and it may take its time
-- lock: ShareUpdateExclusiveLock on images (blocks neither reads nor writes)
-- scans: images

BEGIN;

ALTER TABLE public.images VALIDATE CONSTRAINT images_size_check;

COMMIT;
