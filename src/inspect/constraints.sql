SELECT o.oid,
       o.conrelid,
       o.conname::text,
       o.contype::text,
       pg_get_constraintdef(o.oid),
       ARRAY(
           SELECT a.attname::text
           FROM unnest(o.conkey) WITH ORDINALITY k (attnum, place)
           JOIN pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = k.attnum
           ORDER BY k.place),
       fn.nspname::text,
       f.relname::text,
       obj_description(o.oid, 'pg_constraint'),
       CASE WHEN o.contype IN ('p', 'u', 'x') THEN o.conindid END,
       CASE WHEN o.contype IN ('p', 'u', 'x') THEN obj_description(o.conindid, 'pg_class') END
FROM pg_constraint o
JOIN pg_namespace n ON n.oid = o.connamespace
LEFT JOIN pg_class f ON f.oid = o.confrelid
LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace
WHERE o.contype IN ('p', 'u', 'c', 'x', 'f')
  AND o.conrelid <> 0
  AND o.conislocal
  AND o.conparentid = 0
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
