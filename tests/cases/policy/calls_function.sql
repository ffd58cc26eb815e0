-- The signature of a function changes that a policy calls.

-- from
CREATE TABLE t (id integer, owner text, level integer);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION sees(integer) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE POLICY a ON t USING (sees(level));

-- to
CREATE TABLE t (id integer, owner text, level integer);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION sees(bigint) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE POLICY a ON t USING (sees(level));

-- plan
-- creates function public.sees(bigint), policy a on t; drops policy a on t, function public.sees(integer)
-- hazard changed-policy:t.a: other rows than before can be seen and written
-- hazard drop-function:public.sees(integer): a program that calls it fails

BEGIN;

SET check_function_bodies = off;

DROP POLICY a ON public.t;

DROP FUNCTION public.sees(integer);

CREATE OR REPLACE FUNCTION public.sees(bigint)
 RETURNS boolean
 LANGUAGE sql
AS $function$SELECT true$function$;

CREATE POLICY a ON public.t USING (public.sees((level)::bigint));

COMMIT;
