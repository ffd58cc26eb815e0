-- An event trigger comes last, another goes first.
-- superuser

-- from
CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'seen'; END $$;
CREATE EVENT TRIGGER old ON ddl_command_end EXECUTE FUNCTION f();
CREATE VIEW v AS SELECT 1 AS a;

-- to
CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'seen'; END $$;
CREATE EVENT TRIGGER new ON ddl_command_start WHEN TAG IN ('DROP TABLE', 'ALTER TABLE') EXECUTE FUNCTION f();
COMMENT ON EVENT TRIGGER new IS 'watches';
CREATE TABLE t (a integer);

-- plan
-- creates table t, event trigger new; drops event trigger old, view v
-- hazard drop-view:v: a program that reads it fails

BEGIN;

DROP EVENT TRIGGER old;

DROP VIEW public.v;

CREATE TABLE public.t (
    a integer
);

CREATE EVENT TRIGGER new ON ddl_command_start WHEN TAG IN ('DROP TABLE', 'ALTER TABLE') EXECUTE FUNCTION public.f();
COMMENT ON EVENT TRIGGER new IS 'watches';

COMMIT;
