-- An event trigger watches something else, another is disabled.
-- superuser

-- from
CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'seen'; END $$;
CREATE EVENT TRIGGER a ON ddl_command_end EXECUTE FUNCTION f();
CREATE EVENT TRIGGER b ON sql_drop EXECUTE FUNCTION f();
CREATE EVENT TRIGGER c ON sql_drop EXECUTE FUNCTION f();
ALTER EVENT TRIGGER c DISABLE;

-- to
CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'seen'; END $$;
CREATE EVENT TRIGGER a ON sql_drop EXECUTE FUNCTION f();
CREATE EVENT TRIGGER b ON sql_drop EXECUTE FUNCTION f();
ALTER EVENT TRIGGER b DISABLE;
CREATE EVENT TRIGGER c ON sql_drop EXECUTE FUNCTION f();
ALTER EVENT TRIGGER c ENABLE ALWAYS;

-- plan
-- creates event trigger a; changes event trigger b, event trigger c; drops event trigger a

BEGIN;

DROP EVENT TRIGGER a;
CREATE EVENT TRIGGER a ON sql_drop EXECUTE FUNCTION public.f();

ALTER EVENT TRIGGER b DISABLE;

ALTER EVENT TRIGGER c ENABLE ALWAYS;

COMMIT;
