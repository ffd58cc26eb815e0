-- The names and comments of the NOT NULL of domains.
-- since: 17

-- from
CREATE DOMAIN comes AS integer;
CREATE DOMAIN goes AS integer CONSTRAINT own NOT NULL;
CREATE DOMAIN changes AS integer CONSTRAINT one NOT NULL;
CREATE DOMAIN gets AS integer NOT NULL;

-- to
CREATE DOMAIN comes AS integer CONSTRAINT own NOT NULL;
COMMENT ON CONSTRAINT own ON DOMAIN comes IS 'hi';
CREATE DOMAIN goes AS integer;
CREATE DOMAIN changes AS integer CONSTRAINT two NOT NULL;
CREATE DOMAIN gets AS integer CONSTRAINT "its own" NOT NULL;
COMMENT ON CONSTRAINT "its own" ON DOMAIN gets IS 'hi';

-- plan

-- plan from 17
-- changes domain changes, domain comes, domain gets, domain goes
-- hazard set-not-null:changes: fails if a column of this type has NULL
-- hazard set-not-null:comes: fails if a column of this type has NULL
-- hazard set-not-null:gets: fails if a column of this type has NULL

BEGIN;

ALTER DOMAIN public.changes DROP CONSTRAINT one;
ALTER DOMAIN public.changes ADD CONSTRAINT two NOT NULL;

ALTER DOMAIN public.comes ADD CONSTRAINT own NOT NULL;
COMMENT ON CONSTRAINT own ON DOMAIN public.comes IS 'hi';

ALTER DOMAIN public.gets DROP NOT NULL;
ALTER DOMAIN public.gets ADD CONSTRAINT "its own" NOT NULL;
COMMENT ON CONSTRAINT "its own" ON DOMAIN public.gets IS 'hi';

ALTER DOMAIN public.goes DROP CONSTRAINT own;

COMMIT;
