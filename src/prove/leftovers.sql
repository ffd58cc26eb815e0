-- Scratch databases of runs that have ended: their advisory lock is free. A run takes its lock before it creates a
-- database, and pg_locks is read after pg_database, so a database that is being created is never among them.
SELECT d.datname::text
FROM pg_catalog.pg_database AS d
WHERE d.datname ~ '^feedstock_scratch_[0-9]+_[0-9]+_[0-9a-f]{8}$'
  AND pg_catalog.pg_has_role(d.datdba, 'USAGE')
  AND NOT EXISTS (
      SELECT
      FROM pg_catalog.pg_locks AS l
      WHERE l.locktype = 'advisory'
        AND l.granted
        AND l.objsubid = 2
        AND l.classid::bigint = $1
        AND l.objid = ('x' || right(d.datname::text, 8))::bit(32)::integer::oid
  )
ORDER BY d.datname
