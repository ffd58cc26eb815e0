-- Event triggers of the files: those whose function does not belong to the superuser, as that of an extension does. Would
-- one fire in a session of the superuser with session_replication_role = replica? Would one fire at a login? Does the
-- guard stand before all of them?
WITH event_trigger AS (
    SELECT t.evtname, t.evtevent, t.evtenabled, t.evttags,
           f.proname = 'feedstock_guard'::name AND f.pronamespace = 'pg_catalog'::regnamespace::oid AS guards
    FROM pg_event_trigger AS t
    JOIN pg_proc AS f ON f.oid = t.evtfoid
    WHERE f.proowner <> 10::oid OR f.proname = 'feedstock_guard'::name
)
SELECT EXISTS (SELECT FROM event_trigger WHERE evtenabled IN ('A'::"char", 'R'::"char") AND NOT guards),
       EXISTS (SELECT FROM event_trigger WHERE evtevent = 'login'::name),
       NOT EXISTS (
           SELECT FROM event_trigger AS t
           WHERE NOT t.guards AND NOT EXISTS (
               SELECT FROM event_trigger AS g
               WHERE g.guards AND g.evtname < t.evtname AND g.evtenabled = 'A'::"char"
                 AND g.evtevent = 'ddl_command_start'::name AND g.evttags IS NULL))
