-- The roles that replays have created and of which this role is no member yet. Postgres refuses circular membership.
SELECT r.rolname::text
FROM pg_catalog.pg_roles AS r
WHERE r.oid >= 16384
  AND NOT r.rolsuper
  AND r.rolname <> $1
  AND NOT pg_catalog.pg_has_role($1, r.oid, 'MEMBER')
  AND NOT pg_catalog.pg_has_role(r.oid, (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = $1), 'MEMBER')
ORDER BY r.rolname
