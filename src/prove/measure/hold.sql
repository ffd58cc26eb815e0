-- Sessions that write must wait for this transaction, and so must those that wait for old snapshots.
DO $$
DECLARE
    relation record;
BEGIN
    FOR relation IN
        SELECT format('%I.%I', n.nspname, c.relname) AS name, c.relkind = 'm' AS is_view
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'm') AND c.oid >= 16384 AND c.relpersistence <> 't'
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
