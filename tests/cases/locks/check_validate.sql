-- To validate it blocks neither reads nor writes.

-- measured

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);
ALTER TABLE images ADD CHECK (size > 0) NOT VALID;

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);
ALTER TABLE images ADD CHECK (size > 0);

-- plan
-- validates constraint images_size_check on images
-- hazard add-check:images.images_size_check: fails if a row breaks it
-- hazard long-validation:images: reads every row; nobody waits for it, and it may take its time
-- lock: ShareUpdateExclusiveLock on images (blocks neither reads nor writes)
-- scans: images

BEGIN;

ALTER TABLE public.images VALIDATE CONSTRAINT images_size_check;

COMMIT;
