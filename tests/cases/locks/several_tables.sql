-- The first table stays locked while the others are waited for.

-- measured

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text, a integer);
CREATE TABLE images (id integer PRIMARY KEY, a integer, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- plan
-- file 1 of 2, in a transaction: creates column dramas.a
-- lock: AccessExclusiveLock on dramas (blocks reads and writes)

BEGIN;

ALTER TABLE public.dramas ADD COLUMN a integer;

COMMIT;

-- file 2 of 2, in a transaction: creates column images.a
-- lock: AccessExclusiveLock on images (blocks reads and writes)

BEGIN;

ALTER TABLE public.images ADD COLUMN a integer;

COMMIT;
