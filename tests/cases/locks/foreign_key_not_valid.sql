-- One that is not valid yet reads nothing.

-- measured

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);
ALTER TABLE images ADD FOREIGN KEY (drama_id) REFERENCES dramas NOT VALID;

-- plan
-- creates foreign key images_drama_id_fkey on images
-- hazard unindexed-foreign-key:images.images_drama_id_fkey: no index begins with drama_id: whoever deletes a row of dramas waits until all of images is read
-- lock: ShareRowExclusiveLock on dramas, images (blocks writes)

BEGIN;

ALTER TABLE public.images ADD CONSTRAINT images_drama_id_fkey FOREIGN KEY (drama_id) REFERENCES public.dramas(id) NOT VALID;

COMMIT;
