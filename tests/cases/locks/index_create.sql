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
-- creates index images_drama
-- lock: ShareUpdateExclusiveLock on images (blocks neither reads nor writes)
-- scans: images

CREATE INDEX CONCURRENTLY images_drama ON public.images USING btree (drama_id);
