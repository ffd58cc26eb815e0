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
-- creates column dramas.a, column images.a
-- hazard block-reads:dramas: nobody can read or write it while this statement waits for its lock on images; a file of its own for each table keeps the wait short
-- lock: AccessExclusiveLock on dramas (blocks reads and writes)
-- lock: AccessExclusiveLock on images (blocks reads and writes) from statement 2 on

BEGIN;

ALTER TABLE public.dramas ADD COLUMN a integer;

ALTER TABLE public.images ADD COLUMN a integer;

COMMIT;
