EXISTS (SELECT FROM pg_catalog.pg_prepared_statements WHERE from_sql)
OR EXISTS (SELECT FROM pg_catalog.pg_cursors WHERE is_holdable)
OR EXISTS (SELECT FROM pg_catalog.pg_listening_channels())
OR pg_catalog.pg_my_temp_schema() <> 0
OR (
    SELECT count(*)
    FROM pg_catalog.pg_locks
    WHERE locktype = 'advisory' AND granted AND pid = pg_catalog.pg_backend_pid()
) > /* locks */
