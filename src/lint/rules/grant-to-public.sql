WITH held (kind, oid, part, object, acl) AS (
    SELECT 'relation', c.oid, 0, c.oid::regclass::text, c.relacl
    FROM pg_class c
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
      -- What a new one has by default privileges is said of these.
      AND (EXISTS (SELECT FROM feedstock_before.pg_class o WHERE o.oid = c.oid) OR NOT EXISTS (
          SELECT FROM pg_default_acl d CROSS JOIN LATERAL aclexplode(d.defaclacl) AS given
          WHERE given.grantee = 0 AND d.defaclrole = c.relowner AND d.defaclnamespace IN (0, c.relnamespace)
            AND d.defaclobjtype = CASE c.relkind WHEN 'S' THEN 'S' ELSE 'r' END::"char"
      ))
    UNION ALL
    SELECT 'relation', a.attrelid, a.attnum, format('%s.%I', a.attrelid::regclass, a.attname), a.attacl
    FROM pg_attribute a WHERE a.attacl IS NOT NULL
    UNION ALL
    SELECT 'schema', n.oid, 0, n.nspname::text, n.nspacl FROM pg_namespace n
    UNION ALL
    SELECT 'routine', p.oid, 0, p.oid::regprocedure::text, coalesce(p.proacl, acldefault('f', p.proowner))
    FROM pg_proc p WHERE p.oid >= 16384
    UNION ALL
    SELECT 'type', t.oid, 0, t.oid::regtype::text, coalesce(t.typacl, acldefault('T', t.typowner)) FROM pg_type t
    WHERE t.oid >= 16384
    UNION ALL
    SELECT 'default', d.oid, 0, 'default-privileges', d.defaclacl FROM pg_default_acl d
), had (kind, oid, part, acl) AS (
    SELECT 'relation', c.oid, 0, c.relacl FROM feedstock_before.pg_class c
    UNION ALL
    SELECT 'relation', a.attrelid, a.attnum, a.attacl FROM feedstock_before.pg_attribute a WHERE a.attacl IS NOT NULL
    UNION ALL
    SELECT 'schema', n.oid, 0, n.nspacl FROM feedstock_before.pg_namespace n
    UNION ALL
    SELECT 'routine', p.oid, 0, coalesce(p.proacl, acldefault('f', p.proowner)) FROM feedstock_before.pg_proc p
    UNION ALL
    SELECT 'type', t.oid, 0, coalesce(t.typacl, acldefault('T', t.typowner)) FROM feedstock_before.pg_type t
    UNION ALL
    SELECT 'default', d.oid, 0, d.defaclacl FROM feedstock_before.pg_default_acl d
)
SELECT held.object, format('every role gets %s', string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type))
FROM held CROSS JOIN LATERAL aclexplode(held.acl) AS a
LEFT JOIN (SELECT DISTINCT kind, oid FROM had) AS known ON known.kind = held.kind AND known.oid = held.oid
WHERE a.grantee = 0 AND (held.oid >= 16384 OR held.object = 'public')
  AND held.object NOT LIKE 'feedstock_before%'
  AND NOT EXISTS (
      SELECT FROM had CROSS JOIN LATERAL aclexplode(had.acl) AS before
      WHERE had.kind = held.kind AND had.oid = held.oid AND had.part = held.part AND before.grantee = 0
        AND before.privilege_type = a.privilege_type
  )
  -- Everybody may run a new function and use a new type anyway.
  AND (held.kind NOT IN ('routine', 'type') OR known.oid IS NOT NULL)
  AND NOT (held.kind = 'default' AND a.privilege_type = 'EXECUTE')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = held.oid AND d.deptype = 'e' AND d.objsubid = 0)
GROUP BY held.kind, held.oid, held.part, held.object
