-- The sessions that prevent a DROP DATABASE, connected to it or holding a lock from another database.
SELECT coalesce(string_agg(DISTINCT
           format('process %s (%s, %s, %s)', a.pid, coalesce(a.usename::text, 'no role'),
                  coalesce(nullif(a.application_name, ''), 'no name'), coalesce(a.state, a.backend_type)), ', '), '')
FROM pg_catalog.pg_database AS d
JOIN pg_catalog.pg_stat_activity AS a
  ON a.datid = d.oid
  OR a.pid IN (SELECT l.pid FROM pg_catalog.pg_locks AS l
               WHERE l.locktype = 'object' AND l.classid = 'pg_catalog.pg_database'::regclass AND l.objid = d.oid)
WHERE d.datname = $1 AND a.pid <> pg_backend_pid()
