-- Comments on what is part of another object.

-- from
CREATE TYPE pair AS (x integer, y integer);
CREATE DOMAIN word AS text CONSTRAINT short CHECK (length(VALUE) < 9);
CREATE TABLE t (a integer PRIMARY KEY);
COMMENT ON COLUMN pair.x IS 'old';
COMMENT ON INDEX t_pkey IS 'goes';

-- to
CREATE TYPE pair AS (x integer, y integer);
CREATE DOMAIN word AS text CONSTRAINT short CHECK (length(VALUE) < 9);
CREATE TABLE t (a integer PRIMARY KEY);
COMMENT ON COLUMN pair.x IS 'new';
COMMENT ON COLUMN pair.y IS 'y';
COMMENT ON CONSTRAINT short ON DOMAIN word IS 'it''s short';

-- plan
-- changes type pair, domain word

BEGIN;

COMMENT ON COLUMN public.pair.x IS 'new';
COMMENT ON COLUMN public.pair.y IS 'y';

COMMENT ON CONSTRAINT short ON DOMAIN public.word IS 'it''s short';

COMMENT ON INDEX public.t_pkey IS NULL;

COMMIT;
