SELECT format('%s.%I', c.oid::regclass, a.attname), 'it is serial: its sequence has rights and a default of its own'
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = c.oid AND d.refobjsubid = a.attnum
    AND d.classid = 'pg_catalog.pg_class'::regclass AND d.deptype = 'a'
JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
JOIN pg_attrdef e ON e.adrelid = c.oid AND e.adnum = a.attnum
WHERE c.oid >= 16384 AND c.relpersistence <> 't' AND a.attidentity = ''
  AND pg_get_expr(e.adbin, e.adrelid) LIKE 'nextval(%'
  AND NOT EXISTS (SELECT FROM feedstock_before.pg_class o WHERE o.oid = s.oid)
  AND NOT EXISTS (
      SELECT FROM pg_depend x WHERE x.classid = 'pg_catalog.pg_class'::regclass AND x.objid = c.oid AND x.deptype = 'e'
  )
