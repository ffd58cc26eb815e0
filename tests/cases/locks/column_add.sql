-- A column without a default, and one with a constant, are entries in the catalog.

-- measured

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20), a text, b integer NOT NULL DEFAULT 0);
CREATE INDEX images_size ON images (size);

-- plan
-- creates column images.a, column images.b
-- lock: AccessExclusiveLock on images (blocks reads and writes)

BEGIN;

ALTER TABLE public.images ADD COLUMN a text;

ALTER TABLE public.images ADD COLUMN b integer NOT NULL DEFAULT 0;

COMMIT;
