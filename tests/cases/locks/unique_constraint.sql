-- A constraint that needs an index builds it under the strongest lock.

-- measured

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);
ALTER TABLE dramas ADD UNIQUE (title);

-- plan
-- hazard add-unique:dramas.dramas_title_key: fails if two rows are alike
-- hazard scan-under-lock:dramas: nobody can read or write it while all of it is read; an index can be built concurrently, a constraint added NOT VALID and validated in a later file, and a valid check that says the same spares the reading
-- lock: AccessExclusiveLock on dramas (blocks reads and writes)
-- scans: dramas
ALTER TABLE "public"."dramas" ADD CONSTRAINT "dramas_title_key" UNIQUE (title);
