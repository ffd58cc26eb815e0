-- The indexes of this database that are being built concurrently, and by which process. A role without the rights of
-- pg_read_all_stats does not see which index a process builds, but that it builds one, and the lock on its table.
SELECT n.nspname::text, c.relname::text, p.pid
FROM pg_catalog.pg_stat_progress_create_index AS p
JOIN pg_catalog.pg_locks AS l
    ON l.pid = p.pid AND l.locktype = 'relation' AND l.mode = 'ShareUpdateExclusiveLock' AND l.granted
JOIN pg_catalog.pg_database AS d ON d.oid = l.database AND d.datname = pg_catalog.current_database()
JOIN pg_catalog.pg_index AS x
    ON x.indrelid = l.relation AND NOT x.indisvalid
    AND (p.index_relid IS NULL OR p.index_relid IN (0, x.indexrelid))
JOIN pg_catalog.pg_class AS c ON c.oid = x.indexrelid AND c.relkind = 'i'
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
ORDER BY n.nspname, c.relname
