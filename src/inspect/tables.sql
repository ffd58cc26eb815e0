SELECT c.oid,
       n.nspname::text,
       c.relname::text,
       c.relpersistence = 'u',
       ARRAY(
           SELECT o FROM unnest(c.reloptions) o
           UNION ALL
           SELECT 'toast.' || o FROM pg_class t, unnest(t.reloptions) o WHERE t.oid = c.reltoastrelid
           ORDER BY 1),
       m.description,
       c.relrowsecurity,
       c.relforcerowsecurity,
       ARRAY(SELECT i.inhparent FROM pg_inherits i WHERE i.inhrelid = c.oid ORDER BY i.inhseqno),
       pg_get_expr(c.relpartbound, c.oid),
       CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
       yn.nspname::text,
       y.typname::text
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_description m ON m.classoid = 'pg_class'::regclass AND m.objoid = c.oid AND m.objsubid = 0
LEFT JOIN pg_type y ON y.oid = c.reloftype
LEFT JOIN pg_namespace yn ON yn.oid = y.typnamespace
WHERE c.relkind IN ('r', 'p')
  AND c.relpersistence <> 't'
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
