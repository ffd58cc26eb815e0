SELECT format('%s.%I', c.oid::regclass, a.attname),
       format('%s ends at %s; after that, no row can be added', format_type(a.atttypid, a.atttypmod),
              CASE a.atttypid WHEN 'int2'::regtype THEN '32,767' ELSE '2,147,483,647' END)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
LEFT JOIN pg_attrdef e ON e.adrelid = a.attrelid AND e.adnum = a.attnum
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.oid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped
  AND c.relnamespace <> 'feedstock_before'::regnamespace AND c.relpersistence <> 't' AND a.attinhcount = 0
  AND a.atttypid IN ('int4'::regtype, 'int2'::regtype)
  AND EXISTS (
      SELECT FROM pg_index i
      WHERE i.indrelid = c.oid AND i.indisunique AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum
        -- Numbers that a sequence gives, or that are called as if they were counted; not a year, nor the key of a row
        -- of another table.
        AND (a.attidentity <> '' OR pg_get_expr(e.adbin, e.adrelid) LIKE '%nextval(%'
             OR (i.indisprimary AND a.atttypid = 'int4'::regtype AND a.attname IN ('id', 'ID', 'Id')
                 AND NOT EXISTS (
                     SELECT FROM pg_constraint k
                     WHERE k.conrelid = c.oid AND k.contype = 'f' AND a.attnum = ANY (k.conkey)
                 )))
  )
  AND NOT EXISTS (
      SELECT FROM feedstock_before.pg_attribute o
      WHERE o.attrelid = a.attrelid AND o.attnum = a.attnum
        -- One that becomes narrower is lost values first.
        AND o.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
  )
  AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  )
