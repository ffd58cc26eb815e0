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
-- file 1 of 2, outside a transaction: creates constraint dramas_title_key on dramas
-- hazard add-unique:dramas.dramas_title_key: fails if two rows are alike
-- lock: ShareUpdateExclusiveLock on dramas (blocks neither reads nor writes)
-- scans: dramas

CREATE UNIQUE INDEX CONCURRENTLY dramas_title_key ON public.dramas USING btree (title);

-- file 2 of 2, in a transaction: creates constraint dramas_title_key on dramas
-- lock: AccessExclusiveLock on dramas (blocks reads and writes)

BEGIN;

ALTER TABLE public.dramas ADD CONSTRAINT dramas_title_key UNIQUE USING INDEX dramas_title_key;

COMMIT;
