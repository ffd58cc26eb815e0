SELECT i.indexrelid,
       n.nspname::text,
       c.relname::text,
       tn.nspname::text,
       t.relname::text,
       i.indisunique,
       substr(
           pg_get_indexdef(i.indexrelid),
           length(format(
               'CREATE %sINDEX %I ON %s%I.%I ',
               CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END, c.relname,
               CASE WHEN t.relkind = 'p' THEN 'ONLY ' ELSE '' END, tn.nspname, t.relname)) + 1),
       coalesce(a.statistics, '{}'),
       m.description,
       an.nspname::text,
       ai.relname::text,
       i.indisvalid,
       i.indpred IS NOT NULL
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_namespace tn ON tn.oid = t.relnamespace
LEFT JOIN (
    SELECT attrelid, array_agg(attnum || ':' || attstattarget ORDER BY attnum)
    FROM pg_attribute
    WHERE attstattarget >= 0 AND attnum > 0
    GROUP BY attrelid) a (relation, statistics) ON a.relation = i.indexrelid
LEFT JOIN pg_description m ON m.classoid = 'pg_class'::regclass AND m.objoid = i.indexrelid AND m.objsubid = 0
LEFT JOIN pg_inherits h ON h.inhrelid = i.indexrelid
LEFT JOIN pg_class ai ON ai.oid = h.inhparent
LEFT JOIN pg_namespace an ON an.oid = ai.relnamespace
WHERE t.relkind IN ('r', 'm', 'p')
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
      SELECT FROM pg_constraint o WHERE o.conindid = i.indexrelid AND o.contype IN ('p', 'u', 'x'))
