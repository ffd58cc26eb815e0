SELECT format('%s.%I', c.oid::regclass, a.attname),
       format('%s ends at %s', format_type(a.atttypid, a.atttypmod),
              CASE a.atttypid WHEN 'int2'::regtype THEN '32,767' ELSE '2,147,483,647' END)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.oid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped
  AND c.relnamespace <> 'feedstock_before'::regnamespace AND c.relpersistence <> 't' AND a.attinhcount = 0
  AND a.atttypid IN ('int4'::regtype, 'int2'::regtype)
  AND EXISTS (
      SELECT FROM pg_index i
      WHERE i.indrelid = c.oid AND i.indisprimary AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum
  )
  AND (a.attidentity <> '' OR
       pg_get_serial_sequence(format('%I.%I', c.relnamespace::regnamespace, c.relname), a.attname) IS NOT NULL)
  AND NOT EXISTS (
      SELECT FROM feedstock_before.pg_attribute o
      WHERE o.attrelid = a.attrelid AND o.attnum = a.attnum AND o.atttypid = a.atttypid
  )
