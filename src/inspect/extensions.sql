SELECT x.oid,
       x.extname::text,
       n.nspname::text,
       CASE WHEN obj_description(x.oid, 'pg_extension') IS DISTINCT FROM a.comment
            THEN obj_description(x.oid, 'pg_extension') END,
       x.extversion,
       -- A server without the extension's files knows none.
       coalesce(x.extversion = a.default_version, true)
FROM pg_extension x
JOIN pg_namespace n ON n.oid = x.extnamespace
LEFT JOIN pg_available_extensions a ON a.name = x.extname
WHERE x.extname <> 'plpgsql'
