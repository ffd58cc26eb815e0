SELECT format('%s.%I', c.oid::regclass, a.attname),
       'timestamp does not say in which time zone'
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type y ON y.oid = a.atttypid
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.oid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped
  AND c.relnamespace <> 'feedstock_before'::regnamespace AND c.relpersistence <> 't' AND a.attinhcount = 0
  -- A domain is judged by what is below it.
  AND coalesce(nullif(y.typbasetype, 0), y.oid) IN ('timestamp'::regtype, 'timestamp[]'::regtype)
  AND NOT EXISTS (
      SELECT FROM feedstock_before.pg_attribute o
      WHERE o.attrelid = a.attrelid AND o.attnum = a.attnum AND o.atttypid = a.atttypid
  )
  AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  )
