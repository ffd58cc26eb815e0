SELECT 1 AS step, 'CLOSE ' || pg_catalog.quote_ident(name) AS command
FROM pg_catalog.pg_cursors
WHERE is_holdable
UNION ALL
-- The driver's own have from_sql = false.
SELECT 2, 'DEALLOCATE ' || pg_catalog.quote_ident(name)
FROM pg_catalog.pg_prepared_statements
WHERE from_sql
UNION ALL
SELECT 3, 'UNLISTEN ' || pg_catalog.quote_ident(channel)
FROM pg_catalog.pg_listening_channels() AS channel
UNION ALL
SELECT
    4,
    'SELECT pg_catalog.pg_advisory_unlock' || CASE mode WHEN 'ShareLock' THEN '_shared' ELSE '' END
    || CASE objsubid
        WHEN 1 THEN '(' || ((classid::int8 << 32) | objid::int8)
        ELSE '(' || classid::int8::bit(32)::int4 || ', ' || objid::int8::bit(32)::int4
    END || ')'
FROM pg_catalog.pg_locks
WHERE locktype = 'advisory' AND granted AND pid = pg_catalog.pg_backend_pid()
UNION ALL
SELECT 6, 'DISCARD TEMP'
WHERE EXISTS (
    SELECT FROM pg_catalog.pg_depend
    WHERE refclassid = 'pg_catalog.pg_namespace'::regclass AND refobjid = pg_catalog.pg_my_temp_schema()
)
