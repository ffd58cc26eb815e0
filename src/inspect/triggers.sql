SELECT t.oid,
       n.nspname::text,
       c.relname::text,
       t.tgname::text,
       pg_get_triggerdef(t.oid),
       CASE WHEN t.tgenabled = 'O' THEN '{}'::text[] ELSE ARRAY[
           format('ALTER TABLE %I.%I %s TRIGGER %I', n.nspname, c.relname,
                  CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END,
                  t.tgname)] END,
       CASE WHEN t.tgenabled = 'O' THEN '{}'::text[] ELSE ARRAY[
           format('ALTER TABLE %I.%I ENABLE TRIGGER %I', n.nspname, c.relname, t.tgname)] END,
       obj_description(t.oid, 'pg_trigger')
FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal
  AND t.tgparentid = 0
  AND c.relkind IN ('r', 'p', 'v')
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
