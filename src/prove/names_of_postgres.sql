SELECT relname::text FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace
UNION
SELECT typname::text FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace
UNION
SELECT proname::text FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace
UNION
SELECT collname::text FROM pg_collation WHERE collnamespace = 'pg_catalog'::regnamespace
UNION
SELECT opcname::text FROM pg_opclass WHERE opcnamespace = 'pg_catalog'::regnamespace
