-- An INSTEAD OF trigger stays on a view whose columns change.

-- from
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT a FROM t;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER x INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f();

-- to
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT a AS b FROM t;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER x INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f();

-- plan
-- creates view v, trigger x on v; drops view v
-- hazard drop-column:v.a: a program that reads it fails

BEGIN;

DROP VIEW public.v;
CREATE VIEW public.v AS
 SELECT t.a AS b
   FROM public.t;

CREATE TRIGGER x INSTEAD OF INSERT ON public.v FOR EACH ROW EXECUTE FUNCTION public.f();

COMMIT;

-- plan from 16
-- creates view v, trigger x on v; drops view v
-- hazard drop-column:v.a: a program that reads it fails

BEGIN;

DROP VIEW public.v;
CREATE VIEW public.v AS
 SELECT a AS b
   FROM public.t;

CREATE TRIGGER x INSTEAD OF INSERT ON public.v FOR EACH ROW EXECUTE FUNCTION public.f();

COMMIT;
