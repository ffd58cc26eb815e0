-- An index that goes locks its table against everybody, for a moment.

-- measured

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));

-- plan
-- drops index images_size
-- hazard drop-index:images_size: queries that used it become slow
-- lock: ShareUpdateExclusiveLock on images (blocks neither reads nor writes)

DROP INDEX CONCURRENTLY public.images_size;
