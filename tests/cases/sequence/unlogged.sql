-- A sequence is no longer written to the log.
-- since: 15

-- from
CREATE SEQUENCE q;

-- to
CREATE UNLOGGED SEQUENCE q;

-- plan
-- changes sequence q
-- hazard unlogged:q: after a crash it begins again, with numbers that were given before

BEGIN;

ALTER SEQUENCE public.q SET UNLOGGED;

COMMIT;
