SELECT c.oid::regclass, 'it has no primary key, so that its rows cannot be told apart'
FROM pg_class c
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.oid >= 16384 AND c.relpersistence <> 't'
  AND c.relnamespace <> 'feedstock_before'::regnamespace
  AND NOT EXISTS (SELECT FROM feedstock_before.pg_class o WHERE o.oid = c.oid)
  -- What is unique and never NULL tells rows apart as well.
  AND NOT EXISTS (
      SELECT FROM pg_index i
      WHERE i.indrelid = c.oid AND i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL
        AND NOT EXISTS (
            SELECT FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS key (number, place)
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = key.number
            WHERE key.place <= i.indnkeyatts AND NOT a.attnotnull
        )
  )
  AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  )
