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
-- file 1 of 3: outside a transaction

-- lock: ShareUpdateExclusiveLock on images (blocks neither reads nor writes)
-- scans: images
-- runs outside of a transaction
CREATE INDEX CONCURRENTLY "feedstock_new_images_size" ON "public"."images" USING btree (size DESC);

-- file 2 of 3: outside a transaction

-- lock: ShareUpdateExclusiveLock on images (blocks neither reads nor writes)
-- runs outside of a transaction
DROP INDEX CONCURRENTLY "public"."images_size";

-- file 3 of 3: a transaction of its own

ALTER INDEX "public"."feedstock_new_images_size" RENAME TO "images_size";
