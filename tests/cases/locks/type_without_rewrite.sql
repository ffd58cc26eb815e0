-- A longer limit, and none at all, change the catalog alone.

-- measured

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt text);
CREATE INDEX images_size ON images (size);

-- plan
-- file 1 of 2, in a transaction: changes column images.prompt
-- lock: AccessExclusiveLock on images (blocks reads and writes)

BEGIN;

ALTER TABLE public.images ALTER COLUMN prompt TYPE text;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column images.prompt
-- lock: ShareUpdateExclusiveLock on images (blocks neither reads nor writes)

BEGIN;

ANALYZE public.images (prompt);

COMMIT;
