-- A trigger and its function go.

-- from
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TABLE t (a integer);
CREATE TRIGGER x BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();

-- to
CREATE TABLE t (a integer);

-- plan
-- drops trigger x on t, function public.f()
-- hazard drop-function:public.f(): a program that calls it fails

BEGIN;

DROP TRIGGER x ON public.t;

DROP FUNCTION public.f();

COMMIT;
