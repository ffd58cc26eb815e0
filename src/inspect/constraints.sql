SELECT o.oid,
       o.conrelid,
       -- A partition's foreign key has the name of the whole's, and another name by a setting.
       coalesce(whole.conname, o.conname)::text,
       o.contype::text,
       pg_get_constraintdef(o.oid),
       o.conkey,
       fn.nspname::text,
       f.relname::text,
       CASE WHEN coalesce(whole.conname, o.conname) = o.conname THEN m.description END,
       CASE WHEN o.contype IN ('p', 'u', 'x') THEN o.conindid END,
       im.description,
       CASE WHEN o.contype = 'c' THEN o.coninhcount > 0 ELSE o.conparentid <> 0 END,
       CASE WHEN o.contype = 'c' THEN o.conislocal ELSE o.conparentid = 0 END,
       an.nspname::text,
       ai.relname::text,
       o.contype = 'c' AND o.connoinherit
FROM pg_constraint o
JOIN pg_namespace n ON n.oid = o.connamespace
LEFT JOIN pg_class f ON f.oid = o.confrelid
LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace
LEFT JOIN pg_description m ON m.classoid = 'pg_constraint'::regclass AND m.objoid = o.oid
LEFT JOIN pg_description im
       ON im.classoid = 'pg_class'::regclass AND im.objoid = o.conindid AND im.objsubid = 0
      AND o.contype IN ('p', 'u', 'x')
LEFT JOIN pg_constraint p ON p.oid = o.conparentid
LEFT JOIN LATERAL (
    WITH RECURSIVE above AS (
        SELECT a.oid, a.conname, a.conparentid FROM pg_constraint a WHERE a.oid = o.conparentid
        UNION ALL
        SELECT a.oid, a.conname, a.conparentid FROM pg_constraint a JOIN above b ON a.oid = b.conparentid)
    SELECT conname FROM above WHERE conparentid = 0) whole ON o.contype = 'f' AND o.conparentid <> 0
LEFT JOIN pg_index x ON x.indexrelid = o.conindid AND o.contype IN ('p', 'u', 'x')
-- No index that excludes becomes a part of another one: it is made as such a part.
LEFT JOIN pg_inherits h ON h.inhrelid = x.indexrelid AND NOT x.indisexclusion
LEFT JOIN pg_class ai ON ai.oid = h.inhparent
LEFT JOIN pg_namespace an ON an.oid = ai.relnamespace
WHERE o.contype IN ('p', 'u', 'c', 'x', 'f')
  AND o.conrelid <> 0
  -- What a foreign key to a partitioned table is made of is not said by itself.
  AND p.conrelid IS DISTINCT FROM o.conrelid
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
