-- NOT NULL reads the table from end to end while nobody can read or write it.

-- measured

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer NOT NULL, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- plan
-- hazard set-not-null:images.drama_id: fails if a row has NULL; to fill such rows: --fill images.drama_id='…'
-- hazard scan-under-lock:images: nobody can read or write it while all of it is read; an index can be built concurrently, a constraint added NOT VALID and validated in a later file, and a valid check that says the same spares the reading
-- lock: AccessExclusiveLock on images (blocks reads and writes)
-- scans: images
ALTER TABLE "public"."images" ALTER COLUMN "drama_id" SET NOT NULL;
