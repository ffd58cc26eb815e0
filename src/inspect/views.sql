SELECT c.oid,
       n.nspname::text,
       c.relname::text,
       CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END,
       format(
           'CREATE %s %I.%I%s AS%s%s',
           CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END,
           n.nspname, c.relname,
           ' WITH (' || array_to_string(c.reloptions, ', ') || ')',
           E'\n', rtrim(pg_get_viewdef(c.oid), ';')),
       ARRAY(
           SELECT format('COMMENT ON COLUMN %I.%I.%I IS %L', n.nspname, c.relname, a.attname,
                         col_description(c.oid, a.attnum))
           FROM pg_attribute a
           WHERE a.attrelid = c.oid AND a.attnum > 0 AND col_description(c.oid, a.attnum) IS NOT NULL
           ORDER BY a.attnum),
       ARRAY(
           SELECT format('COMMENT ON COLUMN %I.%I.%I IS NULL', n.nspname, c.relname, a.attname)
           FROM pg_attribute a
           WHERE a.attrelid = c.oid AND a.attnum > 0 AND col_description(c.oid, a.attnum) IS NOT NULL
           ORDER BY a.attnum),
       -- A view can be replaced by one that has the same columns, and perhaps more behind them.
       CASE WHEN c.relkind = 'v' THEN (
           SELECT coalesce(string_agg(format(E'%I %s %s\n', a.attname, format_type(a.atttypid, a.atttypmod),
                                             a.attcollation), '' ORDER BY a.attnum), '')
           FROM pg_attribute a
           WHERE a.attrelid = c.oid AND a.attnum > 0) END,
       obj_description(c.oid, 'pg_class')
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('v', 'm')
  AND c.relpersistence <> 't'
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
