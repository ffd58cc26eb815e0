-- A unique index locks as any other one.

-- measured

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);
CREATE UNIQUE INDEX dramas_title ON dramas (title);

-- plan
-- hazard add-unique:dramas_title: fails if two rows are alike
-- hazard scan-under-lock:dramas: nobody can write to it while all of it is read; an index can be built concurrently, a constraint added NOT VALID and validated in a later file, and a valid check that says the same spares the reading
-- lock: ShareLock on dramas (blocks writes)
-- scans: dramas
CREATE UNIQUE INDEX "dramas_title" ON "public"."dramas" USING btree (title);
