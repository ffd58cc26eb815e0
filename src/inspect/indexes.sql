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
       ARRAY(
           SELECT a.attnum || ':' || a.attstattarget
           FROM pg_attribute a
           WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0
           ORDER BY a.attnum),
       obj_description(i.indexrelid, 'pg_class'),
       an.nspname::text,
       ai.relname::text,
       i.indisvalid,
       i.indpred IS NOT NULL
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_namespace tn ON tn.oid = t.relnamespace
LEFT JOIN pg_inherits h ON h.inhrelid = i.indexrelid
LEFT JOIN pg_class ai ON ai.oid = h.inhparent
LEFT JOIN pg_namespace an ON an.oid = ai.relnamespace
WHERE t.relkind IN ('r', 'm', 'p')
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
      SELECT FROM pg_constraint o WHERE o.conindid = i.indexrelid AND o.contype IN ('p', 'u', 'x'))
