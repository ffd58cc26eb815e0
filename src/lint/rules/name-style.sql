SELECT c.oid::regclass::text, 'its name needs quotes wherever it is used'
FROM pg_class c
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'i') AND c.oid >= 16384 AND c.relname !~ '^[a-z_][a-z0-9_]*$'
  AND NOT EXISTS (SELECT FROM feedstock_before.pg_class o WHERE o.oid = c.oid AND o.relname = c.relname)
UNION ALL
SELECT format('%s.%I', c.oid::regclass, a.attname), 'its name needs quotes wherever it is used'
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.oid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped
  AND a.attname !~ '^[a-z_][a-z0-9_]*$'
  AND NOT EXISTS (
      SELECT FROM feedstock_before.pg_attribute o
      WHERE o.attrelid = a.attrelid AND o.attnum = a.attnum AND o.attname = a.attname
  )
