-- The number of objects of this database that belong to roles, and not to the superuser: only those are noted. Giving
-- one to another role does not change it. What belongs to the whole server does not count: no lent command makes any,
-- and other replays make databases meanwhile. The schema public belongs to the owner of the database. Is $1 a role that
-- may be given objects? Does anything of a role stand among what is Postgres's own? The types are written out, so that
-- an operator of the files never fits better.
WITH postgres AS (
    SELECT oid FROM pg_namespace WHERE nspname IN ('pg_catalog'::name, 'information_schema'::name)
),
owned (namespace, owner) AS (
    SELECT pronamespace, proowner FROM pg_proc
    UNION ALL
    SELECT oprnamespace, oprowner FROM pg_operator
    UNION ALL
    SELECT typnamespace, typowner FROM pg_type
    UNION ALL
    SELECT relnamespace, relowner FROM pg_class
    UNION ALL
    SELECT collnamespace, collowner FROM pg_collation
    UNION ALL
    SELECT connamespace, conowner FROM pg_conversion
    UNION ALL
    SELECT opcnamespace, opcowner FROM pg_opclass
    UNION ALL
    SELECT opfnamespace, opfowner FROM pg_opfamily
    UNION ALL
    SELECT cfgnamespace, cfgowner FROM pg_ts_config
    UNION ALL
    SELECT dictnamespace, dictowner FROM pg_ts_dict
    UNION ALL
    SELECT stxnamespace, stxowner FROM pg_statistic_ext
)
SELECT (SELECT count(*) FROM pg_shdepend
        WHERE deptype = 'o'::"char"
          AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND NOT (classid = 'pg_namespace'::regclass::oid AND objid = 2200::oid)),
       EXISTS (SELECT FROM pg_roles WHERE rolname = $1::name AND NOT rolsuper AND oid >= 16384::oid),
       EXISTS (SELECT FROM owned
               WHERE owner <> 10::oid AND EXISTS (SELECT FROM postgres WHERE oid = owned.namespace))
