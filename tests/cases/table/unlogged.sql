-- A table is no longer written to the log.

-- from
CREATE TABLE t (id integer);

-- to
CREATE UNLOGGED TABLE t (id integer);

-- plan
-- hazard unlogged:t: a crash empties it, and a standby or a backup of the log has no row of it
ALTER TABLE "public"."t" SET UNLOGGED;
