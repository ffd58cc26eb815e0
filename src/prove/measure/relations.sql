-- Relations as the catalog has them now; the name of a TOAST table has the OID of its table.
SELECT these.oid, these.mode, n.nspname, c.relname, c.relkind, c.relfilenode,
       owner.nspname, owner.relname, /* scans */
FROM (/* these */) AS these (oid, mode)
LEFT JOIN pg_catalog.pg_class c ON c.oid = these.oid
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
LEFT JOIN LATERAL (
    SELECT t.relname, tn.nspname
    FROM pg_catalog.pg_class t JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
    WHERE t.oid = CASE WHEN n.nspname = 'pg_toast' THEN substring(c.relname FROM '^pg_toast_(\d+)')::oid
                       ELSE i.indrelid END
) AS owner ON true
