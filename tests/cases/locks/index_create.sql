-- An index reads the table from end to end while nobody can write to it.

-- measured

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);
CREATE INDEX images_drama ON images (drama_id);

-- plan
-- hazard scan-under-lock:images: nobody can write to it while all of it is read; an index can be built concurrently, a constraint added NOT VALID and validated in a later file, and a valid check that says the same spares the reading
-- lock: ShareLock on images (blocks writes)
-- scans: images
CREATE INDEX "images_drama" ON "public"."images" USING btree (drama_id);
