-- What was computed with a function stays as it was.

-- from
CREATE FUNCTION f(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN lower($1); END';
CREATE FUNCTION g(text) RETURNS text IMMUTABLE LANGUAGE sql BEGIN ATOMIC SELECT f($1); END;
CREATE TABLE t (s text, g text GENERATED ALWAYS AS (g(s)) STORED, CHECK (f(s) <> ''));
CREATE INDEX i ON t (f(s));

-- to
CREATE FUNCTION f(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN upper($1); END';
CREATE FUNCTION g(text) RETURNS text IMMUTABLE LANGUAGE sql BEGIN ATOMIC SELECT f($1); END;
CREATE TABLE t (s text, g text GENERATED ALWAYS AS (g(s)) STORED, CHECK (f(s) <> ''));
CREATE INDEX i ON t (f(s));

-- plan
-- changes function public.f(text)
-- hazard changed-function:public.f(text): what was computed with it stays as it was until it is made again: default of t.g, constraint t_s_check on t, index i

BEGIN;

SET check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.f(text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
AS $function$BEGIN RETURN upper($1); END$function$;

COMMIT;
