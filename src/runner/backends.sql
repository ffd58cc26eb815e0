-- NULL where this role has no right to see it (another user's query).
SELECT
    a.pid,
    a.application_name,
    a.usename,
    a.state,
    (extract(epoch FROM pg_catalog.clock_timestamp() - coalesce(a.xact_start, a.state_change)) * 1000)::bigint,
    a.query
FROM pg_catalog.pg_stat_activity AS a
WHERE a.pid IN (/* pids */)
ORDER BY a.pid
