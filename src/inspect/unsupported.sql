-- What is there and cannot be said yet, each with a text that changes when it does. $1: the schemas that are looked
-- at, none for all; $2: the relations that are left out, by their name or schema and name.
WITH member AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e'),
own AS (
    SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
      AND ($1::text[] = '{}' OR nspname = ANY ($1::text[]))),
relation AS (
    SELECT c.*, o.nspname, format('%I.%I', o.nspname, c.relname) AS full_name
    FROM pg_class c
    JOIN own o ON o.oid = c.relnamespace
    WHERE c.relpersistence <> 't'
      AND c.relname <> ALL ($2::text[])
      AND o.nspname || '.' || c.relname <> ALL ($2::text[])
      AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid))
-- The state of a trigger that a partition has of its parent.
SELECT format('state of trigger %I on partition %s', t.tgname, r.full_name) AS found
FROM pg_trigger t JOIN pg_trigger p ON p.oid = t.tgparentid JOIN relation r ON r.oid = t.tgrelid
WHERE NOT p.tgisinternal AND t.tgenabled <> p.tgenabled
UNION ALL
SELECT format('inheritance of %s from %s, which is left out', r.full_name, i.inhparent::regclass)
FROM relation r JOIN pg_inherits i ON i.inhrelid = r.oid
WHERE r.relkind IN ('r', 'p') AND NOT EXISTS (SELECT FROM relation p WHERE p.oid = i.inhparent)
UNION ALL
SELECT format('NOT NULL of column %s.%I that is%s%s', r.full_name, a.attname,
              CASE WHEN o.connoinherit THEN ' NO INHERIT' END, CASE WHEN NOT o.convalidated THEN ' NOT VALID' END)
FROM pg_constraint o
JOIN relation r ON r.oid = o.conrelid
JOIN pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = o.conkey[1]
WHERE o.contype = 'n' AND (o.connoinherit OR NOT o.convalidated)
UNION ALL
SELECT 'foreign table ' || full_name FROM relation WHERE relkind = 'f'
UNION ALL
SELECT format('policy %I on %s: %s %s using (%s) with check (%s)', p.polname, r.full_name, p.polcmd,
              p.polpermissive, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
FROM pg_policy p JOIN relation r ON r.oid = p.polrelid
UNION ALL
SELECT 'rule: ' || pg_get_ruledef(w.oid)
FROM pg_rewrite w JOIN relation r ON r.oid = w.ev_class WHERE w.rulename <> '_RETURN'
UNION ALL
SELECT 'replica identity of ' || full_name || ' (' || relreplident::text || ')'
FROM relation WHERE relkind IN ('r', 'p') AND relreplident <> 'd'
UNION ALL
SELECT 'access method ' || a.amname || ' of ' || r.full_name
FROM relation r JOIN pg_am a ON a.oid = r.relam WHERE r.relkind IN ('r', 'm') AND a.amname <> 'heap'
UNION ALL
SELECT 'tablespace of ' || full_name FROM relation WHERE reltablespace <> 0
UNION ALL
SELECT 'privileges on ' || full_name || ' ' || relacl::text FROM relation WHERE relacl IS NOT NULL
UNION ALL
SELECT format('privileges on column %s.%I %s', r.full_name, a.attname, a.attacl)
FROM pg_attribute a JOIN relation r ON r.oid = a.attrelid WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
UNION ALL
SELECT format('options of column %s.%I %s', r.full_name, a.attname, a.attoptions)
FROM pg_attribute a JOIN relation r ON r.oid = a.attrelid
WHERE a.attoptions IS NOT NULL AND NOT a.attisdropped AND r.relkind IN ('r', 'p')
UNION ALL
SELECT 'storage parameters of constraint index ' || r.full_name || ' ' || r.reloptions::text
FROM relation r JOIN pg_constraint o ON o.conindid = r.oid AND o.contype IN ('p', 'u', 'x')
WHERE r.relkind IN ('i', 'I') AND r.reloptions IS NOT NULL
UNION ALL
SELECT 'CLUSTER mark on index ' || r.full_name
FROM relation r JOIN pg_index i ON i.indexrelid = r.oid WHERE i.indisclustered
UNION ALL
SELECT 'invalid index ' || r.full_name
FROM relation r JOIN pg_index i ON i.indexrelid = r.oid WHERE NOT i.indisvalid
UNION ALL
SELECT 'statistics ' || pg_get_statisticsobjdef(s.oid) FROM pg_statistic_ext s JOIN own o ON o.oid = s.stxnamespace
UNION ALL
SELECT format('aggregate %I.%I(%s)', o.nspname, p.proname, pg_get_function_identity_arguments(p.oid))
FROM pg_proc p JOIN own o ON o.oid = p.pronamespace
WHERE p.prokind = 'a'
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_proc'::regclass AND m.objid = p.oid)
UNION ALL
SELECT format('privileges on %s %I.%I(%s) %s', CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END,
              o.nspname, p.proname, pg_get_function_identity_arguments(p.oid), p.proacl)
FROM pg_proc p JOIN own o ON o.oid = p.pronamespace
WHERE p.proacl IS NOT NULL
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_proc'::regclass AND m.objid = p.oid)
UNION ALL
SELECT format('%s type %I.%I', CASE t.typtype WHEN 'r' THEN 'range' WHEN 'm' THEN 'multirange' ELSE 'base' END,
              o.nspname, t.typname)
FROM pg_type t JOIN own o ON o.oid = t.typnamespace
WHERE (t.typtype IN ('r', 'm') OR (t.typtype = 'b' AND t.typcategory <> 'A'))
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)
UNION ALL
SELECT format('privileges on type %I.%I %s', o.nspname, t.typname, t.typacl)
FROM pg_type t JOIN own o ON o.oid = t.typnamespace WHERE t.typacl IS NOT NULL
UNION ALL
SELECT format('privileges on schema %I %s', n.nspname, n.nspacl)
FROM pg_namespace n JOIN own o ON o.oid = n.oid
WHERE n.nspacl IS NOT NULL
  AND n.nspacl IS DISTINCT FROM (SELECT i.initprivs FROM pg_init_privs i
      WHERE i.objoid = n.oid AND i.classoid = 'pg_namespace'::regclass)
  AND NOT (n.nspname = 'public' AND n.nspacl::text ~ '^\{[^,]+=UC/[^,]+,=UC?/[^,]+\}$')
UNION ALL
SELECT format('default privileges %s %s', d.defaclobjtype, d.defaclacl) FROM pg_default_acl d
UNION ALL
SELECT format('cast from %s to %s', c.castsource::regtype, c.casttarget::regtype)
FROM pg_cast c
WHERE c.oid >= 16384
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_cast'::regclass AND m.objid = c.oid)
UNION ALL
SELECT 'operator ' || p.oid::regoperator::text
FROM pg_operator p JOIN own o ON o.oid = p.oprnamespace
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_operator'::regclass AND m.objid = p.oid)
UNION ALL
SELECT format('operator class %I.%I', o.nspname, p.opcname)
FROM pg_opclass p JOIN own o ON o.oid = p.opcnamespace
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_opclass'::regclass AND m.objid = p.oid)
UNION ALL
SELECT format('collation %I.%I', o.nspname, p.collname)
FROM pg_collation p JOIN own o ON o.oid = p.collnamespace
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_collation'::regclass AND m.objid = p.oid)
UNION ALL
SELECT format('conversion %I.%I', o.nspname, p.conname)
FROM pg_conversion p JOIN own o ON o.oid = p.connamespace
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_conversion'::regclass AND m.objid = p.oid)
UNION ALL
SELECT format('text search configuration %I.%I', o.nspname, p.cfgname)
FROM pg_ts_config p JOIN own o ON o.oid = p.cfgnamespace
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_ts_config'::regclass AND m.objid = p.oid)
UNION ALL
SELECT format('text search dictionary %I.%I', o.nspname, p.dictname)
FROM pg_ts_dict p JOIN own o ON o.oid = p.dictnamespace
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_ts_dict'::regclass AND m.objid = p.oid)
UNION ALL
SELECT format('foreign server %I', srvname) FROM pg_foreign_server
UNION ALL
SELECT format('foreign-data wrapper %I', f.fdwname)
FROM pg_foreign_data_wrapper f
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_foreign_data_wrapper'::regclass AND m.objid = f.oid)
UNION ALL
SELECT format('event trigger %I', evtname) FROM pg_event_trigger v
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_event_trigger'::regclass AND m.objid = v.oid)
UNION ALL
SELECT format('publication %I', pubname) FROM pg_publication
UNION ALL
SELECT format('language %I', l.lanname)
FROM pg_language l
WHERE l.oid >= 16384
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_language'::regclass AND m.objid = l.oid)
ORDER BY 1
