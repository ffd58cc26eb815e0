SELECT format('%s.%I', k.conrelid::regclass, a.attname),
       format('it is %s and refers to %s.%I, which is %s', format_type(a.atttypid, a.atttypmod), k.confrelid::regclass,
              t.attname, format_type(t.atttypid, t.atttypmod))
FROM pg_constraint k
CROSS JOIN LATERAL unnest(k.conkey, k.confkey) AS pair (own, target)
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = pair.own
JOIN pg_attribute t ON t.attrelid = k.confrelid AND t.attnum = pair.target
JOIN pg_type ay ON ay.oid = a.atttypid JOIN pg_type ty ON ty.oid = t.atttypid
CROSS JOIN LATERAL (
    -- A domain is what is below it, and varchar is compared as text.
    SELECT coalesce(nullif(ay.typbasetype, 0), ay.oid) AS own, coalesce(nullif(ty.typbasetype, 0), ty.oid) AS target
) AS base
WHERE k.contype = 'f' AND k.conparentid = 0 AND base.own <> base.target
  AND NOT (base.own IN ('text'::regtype, 'varchar'::regtype) AND base.target IN ('text'::regtype, 'varchar'::regtype))
  AND NOT EXISTS (SELECT FROM feedstock_before.pg_constraint o WHERE o.oid = k.oid)
  AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = k.conrelid
        AND d.deptype = 'e'
  )
