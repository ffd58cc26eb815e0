-- Rows of catalogs that this transaction has inserted, updated or deleted; Postgres's own OIDs are below 16384.
SELECT sum(pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
           + pg_stat_get_xact_tuples_deleted(oid))
FROM pg_class WHERE relkind = 'r' AND oid < 16384 AND relnamespace = 'pg_catalog'::regnamespace
