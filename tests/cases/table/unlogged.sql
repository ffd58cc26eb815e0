-- A table is no longer written to the log.

-- from
CREATE TABLE t (id integer);

-- to
CREATE UNLOGGED TABLE t (id integer);

-- plan
ALTER TABLE "public"."t" SET UNLOGGED;
