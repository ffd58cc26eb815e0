-- A domain's check calls a function.

-- from

-- to
CREATE FUNCTION zz(a text) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT true';
CREATE DOMAIN d AS text CHECK (zz(VALUE));
CREATE TABLE t (a d);

-- plan
-- creates function public.zz(a text), domain d, table t

BEGIN;

SET check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.zz(a text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
AS $function$SELECT true$function$;

CREATE DOMAIN public.d AS text;
ALTER DOMAIN public.d ADD CONSTRAINT d_check CHECK (public.zz(VALUE));

CREATE TABLE public.t (
    a public.d
);

COMMIT;
