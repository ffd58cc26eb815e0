-- A table that goes locks the tables to which it refers.

-- measured
-- allow: drop-table:images

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);
ALTER TABLE images ADD FOREIGN KEY (drama_id) REFERENCES dramas;

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text);

-- plan
-- drops table images
-- hazard drop-table:images: the table and its rows are lost
-- lock: AccessExclusiveLock on dramas, images (blocks reads and writes)

BEGIN;

DROP TABLE public.images;

COMMIT;
