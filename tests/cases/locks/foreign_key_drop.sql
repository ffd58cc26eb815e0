-- A foreign key that goes locks both tables.

-- measured

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);
ALTER TABLE images ADD FOREIGN KEY (drama_id) REFERENCES dramas;

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- plan
-- drops foreign key images_drama_id_fkey on images
-- lock: AccessExclusiveLock on dramas, images (blocks reads and writes)

BEGIN;

ALTER TABLE public.images DROP CONSTRAINT images_drama_id_fkey;

COMMIT;
