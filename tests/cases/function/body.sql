-- A function's body changes under a trigger, a default and a view.

-- from
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.a := 1; RETURN NEW; END $$;
CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE TABLE t (a integer DEFAULT one());
CREATE TRIGGER touch BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();
CREATE VIEW v AS SELECT one() AS a;

-- to
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.a := 2; RETURN NEW; END $$;
CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 2 - 1';
CREATE TABLE t (a integer DEFAULT one());
CREATE TRIGGER touch BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();
CREATE VIEW v AS SELECT one() AS a;

-- plan
-- changes function public.one(), function public.touch()

BEGIN;

SET check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.one()
 RETURNS integer
 LANGUAGE sql
AS $function$SELECT 2 - 1$function$;

CREATE OR REPLACE FUNCTION public.touch()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ BEGIN NEW.a := 2; RETURN NEW; END $function$;

COMMIT;
