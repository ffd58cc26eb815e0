SELECT c.oid::regclass, 'it has no primary key, so that its rows cannot be told apart'
FROM pg_class c
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.oid >= 16384 AND c.relpersistence <> 't'
  AND c.relnamespace <> 'feedstock_before'::regnamespace
  AND NOT EXISTS (SELECT FROM feedstock_before.pg_class o WHERE o.oid = c.oid)
  AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)
  AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  )
