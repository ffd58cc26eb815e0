-- What a migration would wait for, or would be held up by, a sentence each.
WITH role AS (
    SELECT r.rolsuper OR pg_catalog.pg_has_role(r.oid, 'pg_read_all_stats', 'USAGE') AS sees_all
    FROM pg_catalog.pg_roles AS r WHERE r.rolname = CURRENT_USER
)
SELECT pg_catalog.format('the session %s (%s) has been in a transaction for %s%s', a.pid,
                         coalesce(nullif(a.application_name, ''), a.usename, '?'),
                         pg_catalog.date_trunc('second', pg_catalog.clock_timestamp() - a.xact_start),
                         CASE a.state WHEN 'idle in transaction' THEN ', and does nothing in it' ELSE '' END)
FROM pg_catalog.pg_stat_activity AS a
WHERE a.datname = pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid()
  AND a.backend_type = 'client backend'
  AND a.xact_start < pg_catalog.clock_timestamp() - CASE a.state WHEN 'idle in transaction' THEN interval '5 seconds'
                                                   ELSE interval '60 seconds' END
UNION ALL
SELECT pg_catalog.format('the prepared transaction %L has held its locks since %s', p.gid, p.prepared)
FROM pg_catalog.pg_prepared_xacts AS p WHERE p.database = pg_catalog.current_database()
UNION ALL
SELECT pg_catalog.format('autovacuum is preventing the wraparound of %s, and does not give way', p.relid::regclass)
FROM pg_catalog.pg_stat_progress_vacuum AS p
JOIN pg_catalog.pg_stat_activity AS a ON a.pid = p.pid
WHERE p.datname = pg_catalog.current_database() AND a.query LIKE 'autovacuum: % (to prevent wraparound)'
UNION ALL
SELECT pg_catalog.format('the replication slot %s is not in use: what is written stays on the disk for it', s.slot_name)
FROM pg_catalog.pg_replication_slots AS s WHERE NOT s.active
UNION ALL
SELECT 'the sessions of other roles are not shown to this one: pg_read_all_stats would show them'
FROM role WHERE NOT sees_all
