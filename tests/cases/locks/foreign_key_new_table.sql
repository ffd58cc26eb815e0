-- A new table that refers to one that is in use.

-- measured

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);
CREATE TABLE tags (id integer PRIMARY KEY, drama_id integer REFERENCES dramas);

-- plan
-- creates table tags, foreign key tags_drama_id_fkey on tags
-- hazard unindexed-foreign-key:tags.tags_drama_id_fkey: no index begins with drama_id: whoever deletes a row of dramas waits until all of tags is read
-- lock: ShareRowExclusiveLock on dramas (blocks writes) from statement 2 on

BEGIN;

CREATE TABLE public.tags (
    id integer NOT NULL,
    drama_id integer,
    CONSTRAINT tags_pkey PRIMARY KEY (id)
);

ALTER TABLE public.tags ADD CONSTRAINT tags_drama_id_fkey FOREIGN KEY (drama_id) REFERENCES public.dramas(id);

COMMIT;
