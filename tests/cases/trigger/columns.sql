-- The columns change on whose update a trigger fires.

-- from
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TABLE t (a integer, b integer);
CREATE TRIGGER x BEFORE UPDATE OF a ON t FOR EACH ROW EXECUTE FUNCTION f();

-- to
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TABLE t (a integer, b integer);
CREATE TRIGGER x BEFORE UPDATE OF a, b ON t FOR EACH ROW EXECUTE FUNCTION f();

-- plan
-- changes trigger x on t

BEGIN;

CREATE OR REPLACE TRIGGER x BEFORE UPDATE OF a, b ON public.t FOR EACH ROW EXECUTE FUNCTION public.f();

COMMIT;
