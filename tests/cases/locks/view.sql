-- A view locks its tables as any SELECT does.

-- measured

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);
CREATE VIEW v AS SELECT id, size FROM images;

-- plan
-- creates view v
-- lock: none on what existed before

BEGIN;

CREATE VIEW public.v AS
 SELECT images.id,
    images.size
   FROM public.images;

COMMIT;

-- plan from 16
-- creates view v
-- lock: none on what existed before

BEGIN;

CREATE VIEW public.v AS
 SELECT id,
    size
   FROM public.images;

COMMIT;
