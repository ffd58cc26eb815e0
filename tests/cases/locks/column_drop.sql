-- A column that goes is an entry in the catalog.

-- measured
-- allow: drop-column:images.prompt

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer);
CREATE INDEX images_size ON images (size);

-- plan
-- drops column images.prompt
-- hazard drop-column:images.prompt: the column and its values are lost
-- lock: AccessExclusiveLock on images (blocks reads and writes)

BEGIN;

ALTER TABLE public.images DROP COLUMN prompt;

COMMIT;
