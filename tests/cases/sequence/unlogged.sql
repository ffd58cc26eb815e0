-- A sequence is no longer written to the log.
-- since: 15

-- from
CREATE SEQUENCE q;

-- to
CREATE UNLOGGED SEQUENCE q;

-- plan
ALTER SEQUENCE "public"."q" SET UNLOGGED;
