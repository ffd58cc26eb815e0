-- Event triggers of the files, not of extensions. Would one fire in a session of the superuser with
-- session_replication_role = replica? Would one fire at a login? Does the guard stand before all of them?
WITH event_trigger AS (
    SELECT t.evtname, t.evtevent, t.evtenabled, t.evttags,
           f.proname = 'feedstock_guard' AND f.pronamespace = 'pg_catalog'::regnamespace AS guards
    FROM pg_event_trigger AS t
    JOIN pg_proc AS f ON f.oid = t.evtfoid
    WHERE NOT EXISTS (SELECT FROM pg_depend AS d
                      WHERE d.classid = 'pg_event_trigger'::regclass AND d.objid = t.oid AND d.deptype = 'e')
)
SELECT EXISTS (SELECT FROM event_trigger WHERE evtenabled IN ('A', 'R') AND NOT guards),
       EXISTS (SELECT FROM event_trigger WHERE evtevent = 'login'),
       NOT EXISTS (
           SELECT FROM event_trigger AS t
           WHERE NOT t.guards AND NOT EXISTS (
               SELECT FROM event_trigger AS g
               WHERE g.guards AND g.evtname < t.evtname AND g.evtenabled = 'A' AND g.evtevent = 'ddl_command_start'
                 AND g.evttags IS NULL))
