-- What is on a table or view and goes with it.
SELECT 'pg_trigger',
       t.oid,
       'TRIGGER',
       n.nspname::text,
       t.tgname::text,
       c.relname::text,
       NULL,
       pg_get_triggerdef(t.oid),
       -- `CREATE OR REPLACE` takes no constraint trigger, and switches on one that is off.
       CASE WHEN t.tgconstraint = 0 AND t.tgenabled = 'O' THEN '' END,
       CASE WHEN t.tgenabled = 'O' THEN '{}'::text[] ELSE ARRAY[
           format('ALTER TABLE %I.%I %s TRIGGER %I', n.nspname, c.relname,
                  CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END,
                  t.tgname)] END,
       CASE WHEN t.tgenabled = 'O' THEN '{}'::text[] ELSE ARRAY[
           format('ALTER TABLE %I.%I ENABLE TRIGGER %I', n.nspname, c.relname, t.tgname)] END,
       obj_description(t.oid, 'pg_trigger'),
       -- Bit 4 of `tgtype` is UPDATE.
       jsonb_build_object('on_update', t.tgtype & 16 <> 0, 'initially_deferred', t.tginitdeferred,
                          'constraint_trigger', t.tgconstraint <> 0, 'update_of', (
           SELECT jsonb_agg(a.attname ORDER BY a.attnum)
           FROM pg_attribute a
           WHERE a.attrelid = t.tgrelid AND a.attnum = ANY (t.tgattr)))
FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal
  AND t.tgparentid = 0
  AND c.relkind IN ('r', 'p', 'v', 'f')
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
UNION ALL
SELECT 'pg_policy',
       p.oid,
       'POLICY',
       n.nspname::text,
       p.polname::text,
       c.relname::text,
       NULL,
       format('CREATE POLICY %I ON %I.%I', p.polname, n.nspname, c.relname)
       || CASE WHEN p.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END
       || CASE p.polcmd WHEN 'r' THEN ' FOR SELECT' WHEN 'a' THEN ' FOR INSERT' WHEN 'w' THEN ' FOR UPDATE'
                        WHEN 'd' THEN ' FOR DELETE' ELSE '' END
       || coalesce((
              SELECT ' TO ' || string_agg(quote_ident(r.rolname), ', ' ORDER BY r.rolname)
              FROM pg_roles r WHERE r.oid = ANY (p.polroles)), '')
       || coalesce(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
       || coalesce(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', ''),
       NULL,
       '{}',
       '{}',
       obj_description(p.oid, 'pg_policy'),
       jsonb_build_object('restrictive', NOT p.polpermissive)
FROM pg_policy p
JOIN pg_class c ON c.oid = p.polrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_policy'::regclass AND e.objid = p.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_rewrite',
       w.oid,
       'RULE',
       n.nspname::text,
       w.rulename::text,
       c.relname::text,
       NULL,
       rtrim(pg_get_ruledef(w.oid), ';'),
       '',
       CASE WHEN w.ev_enabled = 'O' THEN '{}'::text[] ELSE ARRAY[
           format('ALTER TABLE %I.%I %s RULE %I', n.nspname, c.relname,
                  CASE w.ev_enabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END,
                  w.rulename)] END,
       CASE WHEN w.ev_enabled = 'O' THEN '{}'::text[] ELSE ARRAY[
           format('ALTER TABLE %I.%I ENABLE RULE %I', n.nspname, c.relname, w.rulename)] END,
       obj_description(w.oid, 'pg_rewrite'),
       jsonb_build_object('on_update', w.ev_type = '2', 'properties', CASE w.ev_enabled
           WHEN 'O' THEN '[]'::jsonb
           ELSE jsonb_build_array(CASE w.ev_enabled WHEN 'A' THEN 'enabled_always' ELSE 'other' END) END)
FROM pg_rewrite w
JOIN pg_class c ON c.oid = w.ev_class
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE w.rulename <> '_RETURN'
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_rewrite'::regclass AND e.objid = w.oid AND e.deptype = 'e')
  AND NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_statistic_ext',
       s.oid,
       'STATISTICS',
       n.nspname::text,
       format('%I.%I', sn.nspname, s.stxname),
       c.relname::text,
       format('%I.%I', sn.nspname, s.stxname),
       pg_get_statisticsobjdef(s.oid),
       NULL,
       CASE WHEN s.stxstattarget >= 0 THEN ARRAY[
           format('ALTER STATISTICS %I.%I SET STATISTICS %s', sn.nspname, s.stxname, s.stxstattarget)]
       ELSE '{}'::text[] END,
       CASE WHEN s.stxstattarget >= 0 THEN ARRAY[
           format('ALTER STATISTICS %I.%I SET STATISTICS -1', sn.nspname, s.stxname)]
       ELSE '{}'::text[] END,
       obj_description(s.oid, 'pg_statistic_ext'),
       NULL
FROM pg_statistic_ext s
JOIN pg_namespace sn ON sn.oid = s.stxnamespace
JOIN pg_class c ON c.oid = s.stxrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_statistic_ext'::regclass AND e.objid = s.oid AND e.deptype = 'e')
