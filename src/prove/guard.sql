-- The guard: an event trigger before all others, by its name. Where a superuser's rights were lent to a session, as to
-- the script of a trusted extension, it refuses the first command at which an event trigger of the files would fire: one
-- whose function does not belong to the superuser.
CREATE OR REPLACE FUNCTION pg_catalog.feedstock_guard() RETURNS event_trigger
LANGUAGE plpgsql SET search_path TO pg_catalog, pg_temp
AS $guard$
BEGIN
    IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AND EXISTS (
        SELECT FROM pg_event_trigger AS t
        JOIN pg_proc AS f ON f.oid OPERATOR(pg_catalog.=) t.evtfoid
        WHERE f.proowner OPERATOR(pg_catalog.<>) 10::oid
          AND t.evtenabled IN ('A'::"char", CASE current_setting('session_replication_role')
                                                WHEN 'replica' THEN 'R'::"char" ELSE 'O'::"char" END)
    ) THEN
        RAISE insufficient_privilege USING MESSAGE = 'event triggers of the files would run as a superuser';
    END IF;
END $guard$;
DROP EVENT TRIGGER IF EXISTS " feedstock guard";
CREATE EVENT TRIGGER " feedstock guard" ON ddl_command_start EXECUTE FUNCTION pg_catalog.feedstock_guard();
ALTER EVENT TRIGGER " feedstock guard" ENABLE ALWAYS;
