-- The object identifiers of the catalogs.
SELECT relname::text, oid
FROM pg_class
WHERE oid < 16384
  AND relkind = 'r'
  AND relnamespace = 'pg_catalog'::regnamespace
