-- A view needs a cast of which it says nothing.

-- from
CREATE TYPE pair AS (x integer, y integer);
CREATE TABLE t (a pair);

-- to
CREATE TYPE pair AS (x integer, y integer);
CREATE TABLE t (a pair);
CREATE FUNCTION shown(pair) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1.x::text';
CREATE CAST (pair AS text) WITH FUNCTION shown(pair);
CREATE VIEW v AS SELECT a::text FROM t;

-- plan
-- creates function public.shown(public.pair), cast (public.pair AS text), view v

BEGIN;

SET check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.shown(public.pair)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
AS $function$SELECT $1.x::text$function$;

CREATE CAST (public.pair AS text) WITH FUNCTION public.shown(public.pair);

CREATE VIEW public.v AS
 SELECT (t.a)::text AS a
   FROM public.t;

COMMIT;

-- plan from 16
-- creates function public.shown(public.pair), cast (public.pair AS text), view v

BEGIN;

SET check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.shown(public.pair)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
AS $function$SELECT $1.x::text$function$;

CREATE CAST (public.pair AS text) WITH FUNCTION public.shown(public.pair);

CREATE VIEW public.v AS
 SELECT (a)::text AS a
   FROM public.t;

COMMIT;
