-- A rename of a table.

-- measured
-- renamed: table dramas -> plays

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- to
CREATE TABLE plays (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- plan
-- renames table dramas, constraint dramas_pkey on plays
-- hazard rename-table:dramas: a program that still uses the old name fails
-- lock: AccessExclusiveLock on plays (blocks reads and writes) from statement 2 on

BEGIN;

ALTER TABLE public.dramas RENAME TO plays;

ALTER TABLE public.plays RENAME CONSTRAINT dramas_pkey TO plays_pkey;

COMMIT;

-- plan from 18
-- renames table dramas, constraint dramas_pkey on plays, constraint dramas_id_not_null on plays
-- hazard rename-table:dramas: a program that still uses the old name fails
-- lock: AccessExclusiveLock on plays (blocks reads and writes) from statement 2 on

BEGIN;

ALTER TABLE public.dramas RENAME TO plays;

ALTER TABLE public.plays RENAME CONSTRAINT dramas_pkey TO plays_pkey;

ALTER TABLE public.plays RENAME CONSTRAINT dramas_id_not_null TO plays_id_not_null;

COMMIT;
