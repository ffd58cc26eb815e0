SELECT
    5,
    'DROP ' || CASE relkind
        WHEN 'v' THEN 'VIEW' WHEN 'S' THEN 'SEQUENCE' WHEN 'c' THEN 'TYPE' ELSE 'TABLE'
    END || ' IF EXISTS pg_temp.' || pg_catalog.quote_ident(relname) || ' CASCADE'
FROM pg_catalog.pg_class
WHERE relnamespace = pg_catalog.pg_my_temp_schema() AND relkind IN ('r', 'p', 'v', 'S', 'c')
UNION ALL
SELECT 5, 'DROP TYPE IF EXISTS pg_temp.' || pg_catalog.quote_ident(typname) || ' CASCADE'
FROM pg_catalog.pg_type
WHERE typnamespace = pg_catalog.pg_my_temp_schema() AND typtype IN ('e', 'd', 'r')
UNION ALL
SELECT 5, 'DROP ROUTINE IF EXISTS ' || oid::regprocedure || ' CASCADE'
FROM pg_catalog.pg_proc
WHERE pronamespace = pg_catalog.pg_my_temp_schema()
