-- Everybody who wants to write must wait for this transaction, and everybody who waits for old snapshots.
DO $$
DECLARE
    free text;
    relation record;
BEGIN
    -- At once what nobody else has: one by one, many tables would take long.
    SELECT string_agg(format('ONLY %I.%I', n.nspname, c.relname), ', ' ORDER BY c.oid) INTO free
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_locks l
        ON l.relation = c.oid AND l.mode NOT IN ('AccessShareLock', 'RowShareLock', 'ShareLock')
    WHERE c.relkind IN ('r', 'p') AND c.oid >= 16384 AND c.relpersistence <> 't' AND l.relation IS NULL;
    BEGIN
        EXECUTE 'LOCK ' || free || ' IN SHARE MODE NOWAIT';
    EXCEPTION WHEN lock_not_available OR null_value_not_allowed THEN
        -- Somebody came in between, or nothing is free: the rest takes what it gets.
    END;
    FOR relation IN
        SELECT format('%I.%I', n.nspname, c.relname) AS name, c.relkind = 'm' AS is_view
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_catalog.pg_locks l
            ON l.relation = c.oid AND l.mode = 'ShareLock' AND l.pid = pg_backend_pid()
        WHERE c.relkind IN ('r', 'p', 'm') AND c.oid >= 16384 AND c.relpersistence <> 't' AND l.relation IS NULL
        ORDER BY c.oid
    LOOP
        BEGIN
            IF relation.is_view THEN
                -- There is no LOCK for it, and to plan a query takes the weakest lock.
                EXECUTE 'EXPLAIN SELECT FROM ' || relation.name;
            ELSE
                EXECUTE 'LOCK ONLY ' || relation.name || ' IN SHARE MODE NOWAIT';
            END IF;
        EXCEPTION WHEN lock_not_available THEN
            BEGIN
                EXECUTE 'LOCK ONLY ' || relation.name || ' IN ACCESS SHARE MODE NOWAIT';
            EXCEPTION WHEN lock_not_available OR wrong_object_type THEN
                -- Who is watched has it, or waits for it: that is seen without us.
            END;
        END;
    END LOOP;
END $$
