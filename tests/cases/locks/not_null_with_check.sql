-- A check that says it already spares the scan.

-- measured

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer CHECK (drama_id IS NOT NULL), size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer NOT NULL CHECK (drama_id IS NOT NULL), size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- plan
-- changes column images.drama_id
-- lock: AccessExclusiveLock on images (blocks reads and writes)

BEGIN;

ALTER TABLE public.images ALTER COLUMN drama_id SET NOT NULL;

COMMIT;
