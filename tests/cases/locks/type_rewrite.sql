-- Another representation rewrites the table and all of its indexes.

-- measured
-- allow: rewrite-table:images

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size bigint, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- plan
-- file 1 of 2, in a transaction: changes column images.size
-- hazard change-type:images.size: integer to bigint: a program that expects the old type may fail
-- hazard rewrite-table:images: nobody can read or write it while all of it is written anew; in use, a column is better replaced by a new one, filled in batches
-- lock: AccessExclusiveLock on images (blocks reads and writes), while images is rewritten
-- rewrites: images, 2 indexes of images
-- scans: images

BEGIN;

ALTER TABLE public.images ALTER COLUMN size TYPE bigint;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column images.size
-- lock: ShareUpdateExclusiveLock on images (blocks neither reads nor writes)

BEGIN;

ANALYZE public.images (size);

COMMIT;
