-- A stored generated column rewrites the table.

-- measured
-- allow: rewrite-table:images

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20), twice integer GENERATED ALWAYS AS (size * 2) STORED);
CREATE INDEX images_size ON images (size);

-- plan
-- creates column images.twice
-- hazard rewrite-table:images: nobody can read or write it while all of it is written anew; in use, a column is better replaced by a new one, filled in batches
-- lock: AccessExclusiveLock on images (blocks reads and writes), while images is rewritten
-- rewrites: images, 2 indexes of images
-- scans: images

BEGIN;

ALTER TABLE public.images ADD COLUMN twice integer GENERATED ALWAYS AS ((size * 2)) STORED;

COMMIT;
