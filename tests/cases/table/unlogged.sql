-- A table is no longer written to the log.

-- from
CREATE TABLE t (id integer);

-- to
CREATE UNLOGGED TABLE t (id integer);

-- plan
-- hazard unlogged:t: a crash empties it, and standbys do not have its rows
ALTER TABLE "public"."t" SET UNLOGGED;
