-- The roles that replays have created and of which this role is no member yet. Postgres refuses circular membership. Not
-- those with which one can do what a superuser may.
SELECT r.rolname::text
FROM pg_catalog.pg_roles AS r
WHERE r.oid >= 16384::oid
  AND NOT r.rolsuper
  AND r.rolname <> $1::name
  AND NOT pg_catalog.pg_has_role($1::name, r.oid, 'MEMBER')
  AND NOT pg_catalog.pg_has_role(r.oid, (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = $1::name), 'MEMBER')
  AND NOT EXISTS (
      SELECT
      FROM pg_catalog.pg_roles AS s
      WHERE (s.rolsuper OR s.rolname = ANY (ARRAY['pg_read_server_files', 'pg_write_server_files',
                                                  'pg_execute_server_program']::name[]))
        AND pg_catalog.pg_has_role(r.oid, s.oid, 'MEMBER')
  )
ORDER BY r.rolname
