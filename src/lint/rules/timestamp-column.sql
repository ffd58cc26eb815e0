SELECT format('%s.%I', c.oid::regclass, a.attname), 'timestamp does not say in which time zone'
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.oid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped
  AND c.relnamespace <> 'feedstock_before'::regnamespace AND c.relpersistence <> 't' AND a.attinhcount = 0
  AND a.atttypid IN ('timestamp'::regtype, 'timestamp[]'::regtype)
  AND NOT EXISTS (
      SELECT FROM feedstock_before.pg_attribute o
      WHERE o.attrelid = a.attrelid AND o.attnum = a.attnum AND o.atttypid = a.atttypid
  )
