SELECT c.oid::regclass, format('every role gets %s', string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type))
FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) AS a
WHERE a.grantee = 0 AND c.oid >= 16384 AND c.relnamespace <> 'feedstock_before'::regnamespace
  AND NOT EXISTS (
      SELECT FROM feedstock_before.pg_class o CROSS JOIN LATERAL aclexplode(o.relacl) AS had
      WHERE o.oid = c.oid AND had.grantee = 0 AND had.privilege_type = a.privilege_type
  )
GROUP BY c.oid
