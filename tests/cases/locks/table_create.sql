-- A new table locks nothing.

-- measured

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);
CREATE TABLE tags (id integer PRIMARY KEY, name text UNIQUE);

-- plan
-- creates table tags
-- lock: none on what existed before

BEGIN;

CREATE TABLE public.tags (
    id integer NOT NULL,
    name text,
    CONSTRAINT tags_pkey PRIMARY KEY (id),
    CONSTRAINT tags_name_key UNIQUE (name)
);

COMMIT;
