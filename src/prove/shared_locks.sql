-- The shared catalogs that this transaction may have written to: it holds their locks until its end, or has counted
-- rows of them. Some commands release the lock, and nothing is counted with track_counts = off.
SELECT l.relation::pg_catalog.regclass::pg_catalog.text
FROM pg_catalog.pg_locks AS l
JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) l.relation
WHERE l.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()
  AND l.locktype OPERATOR(pg_catalog.=) 'relation'
  AND l.mode OPERATOR(pg_catalog.<>) 'AccessShareLock'
  AND c.relisshared
  AND c.relname OPERATOR(pg_catalog.<>) 'pg_shdepend'
UNION ALL
SELECT c.relname::pg_catalog.text
FROM pg_catalog.pg_class AS c
WHERE c.relisshared
  AND c.relkind OPERATOR(pg_catalog.=) 'r'
  AND c.relname OPERATOR(pg_catalog.<>) 'pg_shdepend'
  AND (pg_catalog.current_setting('track_counts') OPERATOR(pg_catalog.=) 'off'
       OR pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid) OPERATOR(pg_catalog.>) 0
       OR pg_catalog.pg_stat_get_xact_tuples_updated(c.oid) OPERATOR(pg_catalog.>) 0
       OR pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) OPERATOR(pg_catalog.>) 0)
UNION ALL
SELECT s.subname::pg_catalog.text
FROM pg_catalog.pg_subscription AS s
WHERE s.subdbid OPERATOR(pg_catalog.=)
      (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database())
