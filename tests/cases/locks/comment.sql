-- A comment blocks neither reads nor writes.

-- measured

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);
COMMENT ON COLUMN images.size IS 'in pixels';

-- plan
-- comments on column images.size
-- lock: ShareUpdateExclusiveLock on images (blocks neither reads nor writes)

BEGIN;

COMMENT ON COLUMN public.images.size IS 'in pixels';

COMMIT;
