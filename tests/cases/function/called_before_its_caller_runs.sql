-- A new index runs a function whose body calls another new one: both are created before the rows are read.

-- from
CREATE TABLE t (id integer, name text);

-- to
CREATE TABLE t (id integer, name text);
CREATE FUNCTION z_inner(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN lower($1); END $$;
CREATE FUNCTION a_outer(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN public.z_inner($1); END $$;
CREATE INDEX by_name ON t (a_outer(name));
ALTER TABLE t ADD CHECK (a_outer(name) <> '');

-- rows
INSERT INTO t VALUES (1, 'Ada');

-- then
SELECT name FROM t WHERE a_outer(name) = 'ada';
-- Ada

-- plan
-- file 1 of 3, in a transaction: creates function public.a_outer(text), function public.z_inner(text), constraint t_name_check on t

BEGIN;

SET check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.a_outer(text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
AS $function$ BEGIN RETURN public.z_inner($1); END $function$;

CREATE OR REPLACE FUNCTION public.z_inner(text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
AS $function$ BEGIN RETURN lower($1); END $function$;

ALTER TABLE public.t ADD CONSTRAINT t_name_check CHECK ((public.a_outer(name) <> ''::text)) NOT VALID;

COMMIT;

-- file 2 of 3, outside a transaction: creates index by_name

CREATE INDEX CONCURRENTLY by_name ON public.t USING btree (public.a_outer(name));

-- file 3 of 3, in a transaction: validates constraint t_name_check on t
-- hazard add-check:t.t_name_check: fails if a row breaks it
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT t_name_check;

COMMIT;
