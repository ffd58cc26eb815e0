SELECT format('%s.%I', k.conrelid::regclass, k.conname),
       format('no index begins with %s: whoever deletes a row of %s waits until all of %s is read', string_agg(
                  a.attname, ', ' ORDER BY pair.number),
              replace(k.confrelid::regclass::text, 'public.', ''), replace(k.conrelid::regclass::text, 'public.', ''))
FROM pg_constraint k
CROSS JOIN LATERAL unnest(k.conkey) WITH ORDINALITY AS pair (own, number)
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = pair.own
WHERE k.contype = 'f' AND k.conparentid = 0
  AND NOT EXISTS (SELECT FROM feedstock_before.pg_constraint o WHERE o.oid = k.oid)
  AND NOT EXISTS (
      SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
      -- That of a partitioned table is not valid until each partition has its part.
      WHERE i.indrelid = k.conrelid AND (i.indisvalid OR c.relkind = 'I')
        -- The columns in any order; the other methods do not know equality, or are seldom what is meant.
        AND ((m.amname = 'btree' AND (i.indkey::int2[])[0:array_length(k.conkey, 1) - 1] @> k.conkey
              AND i.indnkeyatts >= array_length(k.conkey, 1))
             OR (m.amname = 'hash' AND i.indkey[0] = ALL (k.conkey)))
        -- Rows without a value refer to nothing.
        AND (i.indpred IS NULL OR EXISTS (
                SELECT FROM pg_attribute own WHERE own.attrelid = k.conrelid AND own.attnum = ANY (k.conkey)
                  AND pg_get_expr(i.indpred, i.indrelid) = format('(%I IS NOT NULL)', own.attname)
             ))
  )
  AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = k.conrelid
        AND d.deptype = 'e'
  )
GROUP BY k.oid, k.conrelid, k.confrelid, k.conname
