-- A cast comes, another goes.

-- from
CREATE TYPE pair AS (x integer, y integer);
CREATE FUNCTION shown(pair) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1.x::text';
CREATE CAST (pair AS text) WITH FUNCTION shown(pair);

-- to
CREATE TYPE pair AS (x integer, y integer);
CREATE FUNCTION shown(pair) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1.x::text';
CREATE CAST (pair AS varchar) WITH FUNCTION shown(pair) AS ASSIGNMENT;
COMMENT ON CAST (pair AS varchar) IS 'the first';

-- plan
-- creates cast (public.pair AS character varying); drops cast (public.pair AS text)

BEGIN;

CREATE CAST (public.pair AS character varying) WITH FUNCTION public.shown(public.pair) AS ASSIGNMENT;
COMMENT ON CAST (public.pair AS character varying) IS 'the first';

DROP CAST (public.pair AS text);

COMMIT;
