-- A foreign key blocks writes on both tables while the one is read.

-- measured

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);
ALTER TABLE images ADD FOREIGN KEY (drama_id) REFERENCES dramas;

-- plan
-- hazard add-foreign-key:images.images_drama_id_fkey: fails if a row refers to nothing
-- hazard scan-under-lock:images: nobody can write to it while all of it is read; an index can be built concurrently, a constraint added NOT VALID and validated in a later file, and a valid check that says the same spares the reading
-- hazard block-writes:dramas: nobody can write to it while images is worked on; do that work in a later file
-- lock: ShareRowExclusiveLock on dramas, images (blocks writes)
-- scans: images
ALTER TABLE "public"."images" ADD CONSTRAINT "images_drama_id_fkey" FOREIGN KEY (drama_id) REFERENCES public.dramas(id);
