SELECT a.attrelid,
       a.attnum,
       a.attname::text,
       format_type(a.atttypid, a.atttypmod),
       CASE WHEN a.attcollation <> t.typcollation THEN (
           SELECT format('%I.%I', cn.nspname, co.collname)
           FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace
           WHERE co.oid = a.attcollation) END,
       a.attnotnull,
       e.default,
       a.attgenerated::text,
       -- Since Postgres 17 partitions show the identity of their parent, whose sequence is the parent's.
       CASE WHEN a.attidentity <> '' AND EXISTS (
           SELECT FROM pg_depend s
           WHERE s.classid = 'pg_class'::regclass AND s.refclassid = 'pg_class'::regclass
             AND s.refobjid = a.attrelid AND s.refobjsubid = a.attnum AND s.deptype = 'i')
       THEN a.attidentity::text ELSE '' END,
       -- Most columns have none of the properties, and nothing is made for them.
       CASE WHEN a.attstorage <> t.typstorage OR a.attcompression <> '' OR a.attstattarget >= 0 THEN
           jsonb_strip_nulls(jsonb_build_object(
               'storage', CASE WHEN a.attstorage <> t.typstorage THEN
                   CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'x' THEN 'EXTENDED'
                                     ELSE 'MAIN' END END,
               'compression', CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END,
               'statistics', CASE WHEN a.attstattarget >= 0 THEN a.attstattarget::text END)) END,
       m.description,
       CASE WHEN e.default IS NOT NULL THEN d.oid END,
       a.attinhcount > 0,
       a.attislocal,
       CASE t.typstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'x' THEN 'EXTENDED' ELSE 'MAIN' END,
       nn.conname::text,
       coalesce(nn.coninhcount > 0, false)
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
-- NULL is no default, though Postgres notes it where the type has a length. Over a domain's own default it is one.
-- A default names no column of its table, which Postgres would open to look them up. OFFSET keeps the text from being
-- made twice.
LEFT JOIN LATERAL (
    SELECT nullif(pg_get_expr(d.adbin, CASE WHEN a.attgenerated = '' THEN 0 ELSE d.adrelid END),
                  CASE WHEN t.typtype <> 'd' THEN 'NULL::' || format_type(a.atttypid, -1) END)
    WHERE d.oid IS NOT NULL
    OFFSET 0) e ("default") ON true
LEFT JOIN pg_description m
       ON m.classoid = 'pg_class'::regclass AND m.objoid = a.attrelid AND m.objsubid = a.attnum
LEFT JOIN pg_constraint nn ON nn.conrelid = a.attrelid AND nn.contype = 'n' AND nn.conkey[1] = a.attnum
WHERE c.relkind IN ('r', 'p')
  AND a.attnum > 0
  AND NOT a.attisdropped
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
ORDER BY a.attrelid, a.attnum
