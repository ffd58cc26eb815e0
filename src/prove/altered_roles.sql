-- Has this transaction updated a row of pg_authid, or may it have, where nothing is counted?
SELECT pg_catalog.pg_stat_get_xact_tuples_updated('pg_catalog.pg_authid'::pg_catalog.regclass) OPERATOR(pg_catalog.>) 0
    OR (pg_catalog.current_setting('track_counts') OPERATOR(pg_catalog.=) 'off'
        AND EXISTS (
            SELECT
            FROM pg_catalog.pg_locks AS l
            WHERE l.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()
              AND l.locktype OPERATOR(pg_catalog.=) 'relation'
              AND l.mode OPERATOR(pg_catalog.<>) 'AccessShareLock'
              AND l.relation OPERATOR(pg_catalog.=) 'pg_catalog.pg_authid'::pg_catalog.regclass::pg_catalog.oid))
