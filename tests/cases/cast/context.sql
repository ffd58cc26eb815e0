-- When a cast is applied changes.

-- from
CREATE TYPE pair AS (x integer, y integer);
CREATE FUNCTION shown(pair) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1.x::text';
CREATE CAST (pair AS text) WITH FUNCTION shown(pair);

-- to
CREATE TYPE pair AS (x integer, y integer);
CREATE FUNCTION shown(pair) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1.x::text';
CREATE CAST (pair AS text) WITH FUNCTION shown(pair) AS IMPLICIT;

-- plan
-- creates cast (public.pair AS text); drops cast (public.pair AS text)

BEGIN;

DROP CAST (public.pair AS text);
CREATE CAST (public.pair AS text) WITH FUNCTION public.shown(public.pair) AS IMPLICIT;

COMMIT;
