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
-- lock: AccessExclusiveLock on images (blocks reads and writes)
DROP INDEX "public"."images_size";
-- hazard scan-under-lock:images: nobody can read or write it while all of it is read; an index can be built concurrently, a constraint added NOT VALID and validated in a later file, and a valid check that says the same spares the reading
-- lock: ShareLock on images (blocks writes)
-- still held: AccessExclusiveLock on images (blocks reads and writes)
-- scans: images
CREATE INDEX "images_size" ON "public"."images" USING btree (size DESC);
