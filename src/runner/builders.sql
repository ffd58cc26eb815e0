-- The sessions that hold the lock of a concurrent build, drop or detachment on a table. Autovacuum takes the same
-- lock, and is cancelled when another session waits for it.
SELECT l.pid
FROM pg_catalog.pg_locks AS l
JOIN pg_catalog.pg_stat_activity AS b ON b.pid = l.pid
WHERE l.locktype = 'relation'
    AND l.relation = /* table */
    AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
    AND l.mode = 'ShareUpdateExclusiveLock'
    AND l.granted
    AND l.pid <> pg_catalog.pg_backend_pid()
    AND b.backend_type IS DISTINCT FROM 'autovacuum worker'
