-- A table is no longer written to the log.

-- from
CREATE TABLE t (id integer);

-- to
CREATE UNLOGGED TABLE t (id integer);

-- plan
-- changes table t
-- hazard unlogged:t: a crash empties it, and standbys do not have its rows

BEGIN;

ALTER TABLE public.t SET UNLOGGED;

COMMIT;
