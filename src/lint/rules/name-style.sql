-- One that has its name from a table or column that needs quotes is not said again.
WITH reserved AS (
    SELECT array_agg(word::name) AS words FROM pg_get_keywords() WHERE catcode IN ('R', 'T')
)
SELECT c.oid::regclass::text, 'it needs quotes wherever it is used'
FROM pg_class c CROSS JOIN reserved
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'i', 'I', 'c') AND c.oid >= 16384
  AND (c.relname !~ '^[a-z_][a-z0-9_$]*$' OR c.relname = ANY (words))
  AND NOT EXISTS (SELECT FROM feedstock_before.pg_class o WHERE o.oid = c.oid AND o.relname = c.relname)
  AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
        AND d.deptype IN ('e', 'i')
  )
  AND NOT (c.relkind IN ('S', 'i', 'I') AND EXISTS (
      SELECT FROM pg_depend d JOIN pg_class t ON t.oid = d.refobjid
      WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
        AND d.refclassid = 'pg_catalog.pg_class'::regclass
        AND (t.relname !~ '^[a-z_][a-z0-9_$]*$' OR t.relname = ANY (words))
  ))
UNION ALL
SELECT format('%s.%I', c.oid::regclass, a.attname), 'it needs quotes wherever it is used'
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid CROSS JOIN reserved
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND NOT c.relispartition AND c.oid >= 16384 AND a.attnum > 0
  AND NOT a.attisdropped AND (a.attname !~ '^[a-z_][a-z0-9_$]*$' OR a.attname = ANY (words))
  AND NOT EXISTS (
      SELECT FROM feedstock_before.pg_attribute o
      WHERE o.attrelid = a.attrelid AND o.attnum = a.attnum AND o.attname = a.attname
  )
  AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  )
UNION ALL
SELECT p.oid::regprocedure::text, 'it needs quotes wherever it is used'
FROM pg_proc p CROSS JOIN reserved
WHERE p.oid >= 16384 AND (p.proname !~ '^[a-z_][a-z0-9_$]*$' OR p.proname = ANY (words))
  AND NOT EXISTS (SELECT FROM feedstock_before.pg_proc o WHERE o.oid = p.oid AND o.proname = p.proname)
  AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
  )
