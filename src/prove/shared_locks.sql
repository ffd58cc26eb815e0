-- The shared catalogs that this transaction has written to: it holds their locks until its end (but not that of
-- pg_subscription).
SELECT l.relation::pg_catalog.regclass::pg_catalog.text, '', ''
FROM pg_catalog.pg_locks AS l
WHERE l.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()
  AND l.locktype OPERATOR(pg_catalog.=) 'relation'
  AND l.mode OPERATOR(pg_catalog.<>) 'AccessShareLock'
  AND l.relation OPERATOR(pg_catalog.=) ANY (ARRAY[
      'pg_catalog.pg_authid', 'pg_catalog.pg_auth_members', 'pg_catalog.pg_database', 'pg_catalog.pg_db_role_setting',
      'pg_catalog.pg_tablespace', 'pg_catalog.pg_subscription', 'pg_catalog.pg_shdescription',
      'pg_catalog.pg_replication_origin'
  ]::pg_catalog.regclass[]::pg_catalog.oid[])
UNION ALL
SELECT s.subname::pg_catalog.text, '', ''
FROM pg_catalog.pg_subscription AS s
WHERE s.subdbid OPERATOR(pg_catalog.=)
      (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database())
