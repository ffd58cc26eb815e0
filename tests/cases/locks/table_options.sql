-- Storage parameters block neither reads nor writes.

-- measured

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);
ALTER TABLE images SET (fillfactor = 80);

-- plan
-- changes table images
-- lock: ShareUpdateExclusiveLock on images (blocks neither reads nor writes)

BEGIN;

ALTER TABLE public.images SET (fillfactor=80);

COMMIT;
