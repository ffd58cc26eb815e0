-- A trigger blocks writes for a moment.

-- measured

-- from
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- to
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);
CREATE TRIGGER stamp BEFORE UPDATE ON images FOR EACH ROW EXECUTE FUNCTION stamp();

-- plan
-- creates trigger stamp on images
-- lock: ShareRowExclusiveLock on images (blocks writes)

BEGIN;

CREATE TRIGGER stamp BEFORE UPDATE ON public.images FOR EACH ROW EXECUTE FUNCTION public.stamp();

COMMIT;
