-- The roles that replays have created and whose rights this role has not yet, and how they are granted: from Postgres 16
-- on, who creates a role is a member of it without its rights, and what is not said stays as it is. Postgres refuses
-- circular membership. Not those with which one can do what a superuser may.
SELECT r.rolname::text,
       CASE WHEN pg_catalog.current_setting('server_version_num')::integer >= 160000
            THEN 'WITH ADMIN TRUE, INHERIT TRUE, SET TRUE' ELSE 'WITH ADMIN OPTION' END
FROM pg_catalog.pg_roles AS r
WHERE r.oid >= 16384::oid
  AND NOT r.rolsuper
  AND r.rolname <> $1::name
  AND NOT pg_catalog.pg_has_role($1::name, r.oid, 'USAGE')
  AND NOT pg_catalog.pg_has_role(r.oid, (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = $1::name), 'MEMBER')
  AND NOT EXISTS (
      SELECT
      FROM pg_catalog.pg_roles AS s
      WHERE (s.rolsuper OR s.rolname = ANY (ARRAY['pg_read_server_files', 'pg_write_server_files',
                                                  'pg_execute_server_program']::name[]))
        AND pg_catalog.pg_has_role(r.oid, s.oid, 'MEMBER')
  )
ORDER BY r.rolname
