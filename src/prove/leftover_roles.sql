-- Roles that replays created in runs that have ended: their advisory lock is free.
SELECT r.rolname::text
FROM pg_catalog.pg_roles AS r
WHERE pg_catalog.shobj_description(r.oid, 'pg_authid') ~ ('^' || $2 || '[0-9a-f]{8}$')
  AND NOT EXISTS (
      SELECT
      FROM pg_catalog.pg_locks AS l
      WHERE l.locktype = 'advisory'
        AND l.granted
        AND l.objsubid = 2
        AND l.classid::bigint = $1
        AND l.objid = ('x' || right(pg_catalog.shobj_description(r.oid, 'pg_authid'), 8))::bit(32)::integer::oid
  )
ORDER BY r.rolname
