SELECT c.oid::regclass, 'its policies are not used, since its row level security is off'
FROM pg_class c
WHERE c.relkind IN ('r', 'p') AND NOT c.relrowsecurity AND c.oid >= 16384
  AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)
  AND NOT EXISTS (
      SELECT FROM feedstock_before.pg_class o JOIN feedstock_before.pg_policy p ON p.polrelid = o.oid
      WHERE o.oid = c.oid AND NOT o.relrowsecurity
  )
