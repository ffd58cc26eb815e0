-- An index that changes.

-- measured

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size DESC);

-- plan
-- file 1 of 3, outside a transaction: creates index images_size
-- lock: ShareUpdateExclusiveLock on images (blocks neither reads nor writes)
-- scans: images

CREATE INDEX CONCURRENTLY feedstock_new_images_size ON public.images USING btree (size DESC);

-- file 2 of 3, outside a transaction: creates index images_size
-- lock: ShareUpdateExclusiveLock on images (blocks neither reads nor writes)

DROP INDEX CONCURRENTLY public.images_size;

-- file 3 of 3, in a transaction: creates index images_size
-- lock: none on what existed before

BEGIN;

ALTER INDEX public.feedstock_new_images_size RENAME TO images_size;

COMMIT;
