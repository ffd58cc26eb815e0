-- A table that is no longer logged is rewritten.

-- measured
-- allow: rewrite-table:dramas

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- to
CREATE UNLOGGED TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- plan
-- changes table dramas
-- hazard unlogged:dramas: a crash empties it, and standbys do not have its rows
-- hazard rewrite-table:dramas: nobody can read or write it while all of it is written anew; in use, a column is better replaced by a new one, filled in batches
-- lock: AccessExclusiveLock on dramas (blocks reads and writes), while dramas is rewritten
-- rewrites: dramas, index dramas_pkey
-- scans: dramas

BEGIN;

ALTER TABLE public.dramas SET UNLOGGED;

COMMIT;
