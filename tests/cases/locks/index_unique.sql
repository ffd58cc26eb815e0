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
-- creates index dramas_title
-- hazard add-unique:dramas_title: fails if two rows are alike
-- lock: ShareUpdateExclusiveLock on dramas (blocks neither reads nor writes)
-- scans: dramas

CREATE UNIQUE INDEX CONCURRENTLY dramas_title ON public.dramas USING btree (title);
