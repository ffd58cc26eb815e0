SELECT format('%s.%I', k.conrelid::regclass, a.attname),
       format('it is %s and refers to %s.%I, which is %s', format_type(a.atttypid, a.atttypmod), k.confrelid::regclass,
              t.attname, format_type(t.atttypid, t.atttypmod))
FROM pg_constraint k
CROSS JOIN LATERAL unnest(k.conkey, k.confkey) AS pair (own, target)
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = pair.own
JOIN pg_attribute t ON t.attrelid = k.confrelid AND t.attnum = pair.target
WHERE k.contype = 'f' AND k.conparentid = 0 AND a.atttypid <> t.atttypid
  AND NOT EXISTS (SELECT FROM feedstock_before.pg_constraint o WHERE o.oid = k.oid)
