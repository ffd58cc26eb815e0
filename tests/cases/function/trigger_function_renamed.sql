-- A trigger calls another function, the old one goes.

-- from
CREATE FUNCTION old() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TABLE t (a integer);
CREATE TRIGGER x BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION old();

-- to
CREATE FUNCTION new() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TABLE t (a integer);
CREATE TRIGGER x BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION new();

-- plan
-- creates function public.new(); changes trigger x on t; drops function public.old()
-- hazard drop-function:public.old(): a program that calls it fails

BEGIN;

SET check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.new()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ BEGIN RETURN NEW; END $function$;

CREATE OR REPLACE TRIGGER x BEFORE UPDATE ON public.t FOR EACH ROW EXECUTE FUNCTION public.new();

DROP FUNCTION public.old();

COMMIT;
