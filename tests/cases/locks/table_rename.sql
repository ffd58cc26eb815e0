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
-- hazard rename-table:dramas: a program that still uses the old name fails
-- lock: AccessExclusiveLock on dramas (blocks reads and writes)
ALTER TABLE "public"."dramas" RENAME TO "plays";

-- hazard block-reads:dramas: nobody can read or write it while this statement waits for its lock on plays; a file of its own for each table keeps the wait short
-- lock: AccessExclusiveLock on plays (blocks reads and writes)
-- lock: ShareUpdateExclusiveLock on dramas_pkey (blocks neither reads nor writes)
ALTER TABLE "public"."plays" RENAME CONSTRAINT "dramas_pkey" TO "plays_pkey";
