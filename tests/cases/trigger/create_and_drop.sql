-- A trigger comes, another goes.

-- from
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TABLE t (a integer, b integer);
CREATE TRIGGER old AFTER DELETE ON t FOR EACH STATEMENT EXECUTE FUNCTION f();

-- to
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TABLE t (a integer, b integer);
CREATE TRIGGER new BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f('x', '1');
COMMENT ON TRIGGER new ON t IS 'new';

-- plan
-- creates trigger new on t; drops trigger old on t

BEGIN;

DROP TRIGGER old ON public.t;

CREATE TRIGGER new BEFORE INSERT OR UPDATE ON public.t FOR EACH ROW EXECUTE FUNCTION public.f('x', '1');
COMMENT ON TRIGGER new ON public.t IS 'new';

COMMIT;
