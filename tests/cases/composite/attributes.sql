-- A composite type that nothing uses gets another attribute, collation and comment.

-- from
CREATE TYPE p AS (a integer, b text);
COMMENT ON COLUMN p.a IS 'old';

-- to
CREATE TYPE p AS (a integer, b text COLLATE "C", c date);
COMMENT ON COLUMN p.c IS 'new';

-- plan
-- creates type p; drops type p

BEGIN;

DROP TYPE public.p;
CREATE TYPE public.p AS (a integer, b text COLLATE pg_catalog."C", c date);
COMMENT ON COLUMN public.p.c IS 'new';

COMMIT;
