-- That it is switched on for a table that was there is a finding of its own.
SELECT c.oid::regclass, 'row level security is on, and no policy lets anybody but its owner see a row'
FROM pg_class c
WHERE c.relkind IN ('r', 'p') AND c.relrowsecurity AND NOT c.relispartition AND c.oid >= 16384
  AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)
  AND NOT EXISTS (SELECT FROM feedstock_before.pg_class o WHERE o.oid = c.oid)
  AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  )
