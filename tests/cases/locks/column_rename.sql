-- A rename is an entry in the catalog.

-- measured
-- renamed: column images.prompt -> images.words

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, words varchar(20));
CREATE INDEX images_size ON images (size);

-- plan
-- renames column images.prompt
-- hazard rename-column:images.prompt: a program that still uses the old name fails
-- lock: AccessExclusiveLock on images (blocks reads and writes)

BEGIN;

ALTER TABLE public.images RENAME COLUMN prompt TO words;

COMMIT;
