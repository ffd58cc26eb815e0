SELECT c.oid::regclass, 'its policies are not used, since its row level security is off'
FROM pg_class c
WHERE c.relkind IN ('r', 'p') AND NOT c.relrowsecurity AND c.oid >= 16384
  AND EXISTS (
      SELECT FROM pg_policy p
      WHERE p.polrelid = c.oid AND NOT EXISTS (SELECT FROM feedstock_before.pg_policy o WHERE o.oid = p.oid)
  )
  AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  )
