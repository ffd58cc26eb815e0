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
-- hazard add-check:images.images_size_check: fails if a row breaks it
-- lock: ShareUpdateExclusiveLock on images (blocks neither reads nor writes)
-- scans: images
ALTER TABLE "public"."images" VALIDATE CONSTRAINT "images_size_check";
