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
SELECT format('state of trigger %I on partition %s: %s', t.tgname, r.full_name, t.tgenabled) AS found
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
-- What excludes rows of a partition is made with the parent's, and named by Postgres.
SELECT format('name of constraint %I on partition %s', o.conname, r.full_name)
FROM pg_constraint o
JOIN relation r ON r.oid = o.conrelid
JOIN pg_index x ON x.indexrelid = o.conindid AND x.indisexclusion
CROSS JOIN LATERAL (
    SELECT string_agg(a.attname, '_' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = o.conindid) k (columns)
WHERE o.conparentid <> 0
  AND o.contype IN ('p', 'u', 'x')
  AND rtrim(o.conname, '0123456789')
      <> concat_ws('_', r.relname, CASE WHEN o.contype = 'p' THEN 'pkey' ELSE k.columns || '_excl' END)
UNION ALL
SELECT 'access method ' || a.amname || ' of ' || r.full_name
FROM relation r JOIN pg_am a ON a.oid = r.relam WHERE r.relkind IN ('r', 'p', 'm') AND a.amname <> 'heap'
UNION ALL
SELECT format('tablespace of %s: %I', r.full_name, t.spcname)
FROM relation r JOIN pg_tablespace t ON t.oid = r.reltablespace
UNION ALL
SELECT 'storage parameters of the index of a partitioned constraint ' || r.full_name || ' ' || r.reloptions::text
FROM relation r JOIN pg_constraint o ON o.conindid = r.oid AND o.contype IN ('p', 'u', 'x')
WHERE r.relkind = 'I' AND r.reloptions IS NOT NULL
UNION ALL
SELECT format('constraint %I of %s, which not every partition has', o.conname, o.conrelid::regclass)
FROM relation r
JOIN pg_index i ON i.indexrelid = r.oid
JOIN pg_constraint o ON o.conindid = r.oid AND o.contype IN ('p', 'u', 'x')
WHERE NOT i.indisvalid
UNION ALL
SELECT format('%s type %I.%I', CASE WHEN t.typtype = 'r' THEN 'canonical range' WHEN t.typisdefined THEN 'base'
                                    ELSE 'shell' END, o.nspname, t.typname)
FROM pg_type t JOIN own o ON o.oid = t.typnamespace
LEFT JOIN pg_range r ON r.rngtypid = t.oid
WHERE (r.rngcanonical <> 0 OR (t.typtype IN ('b', 'p') AND t.typcategory <> 'A'))
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)
UNION ALL
-- Owners are not compared; what they took from themselves would be lost.
SELECT format('the owner of %s may not: %s', pg_describe_object(a.class, a.oid, 0), string_agg(x.privilege_type, ', '))
FROM (
    SELECT 'pg_class'::regclass, r.oid, CASE r.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", r.relowner, r.relacl
    FROM relation r WHERE r.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    UNION ALL
    SELECT 'pg_proc'::regclass, p.oid, 'f', p.proowner, p.proacl FROM pg_proc p JOIN own o ON o.oid = p.pronamespace
    UNION ALL
    SELECT 'pg_type'::regclass, t.oid, 'T', t.typowner, t.typacl FROM pg_type t JOIN own o ON o.oid = t.typnamespace
    UNION ALL
    SELECT 'pg_namespace'::regclass, n.oid, 'n', n.nspowner, n.nspacl FROM pg_namespace n JOIN own o ON o.oid = n.oid
    UNION ALL
    SELECT 'pg_foreign_server'::regclass, s.oid, 'S', s.srvowner, s.srvacl FROM pg_foreign_server s
    UNION ALL
    SELECT 'pg_default_acl'::regclass, d.oid, CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END,
           d.defaclrole, d.defaclacl
    FROM pg_default_acl d WHERE d.defaclnamespace = 0) a (class, oid, kind, owner, acl),
    aclexplode(acldefault(a.kind, a.owner)) x
WHERE a.acl IS NOT NULL
  AND x.grantee = a.owner
  AND NOT EXISTS (
      SELECT FROM aclexplode(a.acl) y WHERE y.grantee = a.owner AND y.privilege_type = x.privilege_type)
GROUP BY a.class, a.oid
UNION ALL
SELECT format('privileges on %s of an extension: %s', pg_describe_object(a.class, a.oid, a.number), a.acl)
FROM (
    SELECT 'pg_class'::regclass, c.oid, 0, c.relacl FROM pg_class c JOIN own o ON o.oid = c.relnamespace
    UNION ALL
    SELECT 'pg_class'::regclass, c.oid, t.attnum, t.attacl
    FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid JOIN own o ON o.oid = c.relnamespace
    UNION ALL
    SELECT 'pg_proc'::regclass, p.oid, 0, p.proacl FROM pg_proc p JOIN own o ON o.oid = p.pronamespace
    UNION ALL
    SELECT 'pg_type'::regclass, t.oid, 0, t.typacl FROM pg_type t JOIN own o ON o.oid = t.typnamespace
    UNION ALL
    SELECT 'pg_foreign_data_wrapper'::regclass, w.oid, 0, w.fdwacl FROM pg_foreign_data_wrapper w
) a (class, oid, number, acl)
JOIN member m ON m.classid = a.class AND m.objid = a.oid
WHERE a.acl IS NOT NULL
  AND a.acl IS DISTINCT FROM (
      SELECT i.initprivs FROM pg_init_privs i
      WHERE i.classoid = a.class AND i.objoid = a.oid AND i.objsubid = a.number)
UNION ALL
SELECT 'privileges on language ' || quote_ident(l.lanname) || ' ' || l.lanacl::text
FROM pg_language l
WHERE l.lanacl IS NOT NULL
  AND l.lanacl IS DISTINCT FROM (
      SELECT i.initprivs FROM pg_init_privs i WHERE i.classoid = 'pg_language'::regclass AND i.objoid = l.oid)
UNION ALL
SELECT format('persistence of %s, which is not its table''s', pg_describe_object('pg_class'::regclass, d.objid, 0))
FROM pg_depend d JOIN relation r ON r.oid = d.objid AND r.relkind = 'S' JOIN relation t ON t.oid = d.refobjid
WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'i'
  -- Before 15 every sequence survives a crash.
  AND r.relpersistence <> t.relpersistence AND current_setting('server_version_num')::integer >= 150000
UNION ALL
SELECT format('comment on %s: %s', pg_describe_object('pg_class'::regclass, d.objid, 0),
              md5(obj_description(d.objid, 'pg_class')))
FROM pg_depend d JOIN relation r ON r.oid = d.objid AND r.relkind = 'S'
WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'i'
  AND obj_description(d.objid, 'pg_class') IS NOT NULL
UNION ALL
SELECT format('comment on %s: %s', pg_describe_object('pg_constraint'::regclass, k.oid, 0),
              md5(obj_description(k.oid, 'pg_constraint')))
FROM pg_constraint k JOIN relation r ON r.oid = k.conrelid
WHERE k.contype = 't' AND obj_description(k.oid, 'pg_constraint') IS NOT NULL
UNION ALL
SELECT format('foreign key that is not enforced on %s: %s', r.full_name,
              string_agg(DISTINCT format('%I %s', k.conname, t.tgenabled), ', '))
FROM relation r
JOIN pg_trigger t ON t.tgrelid = r.oid AND t.tgisinternal AND t.tgenabled <> 'O'
LEFT JOIN pg_constraint k ON k.oid = t.tgconstraint
GROUP BY r.full_name
UNION ALL
SELECT format('%s depends on extension %I', pg_describe_object(d.classid, d.objid, d.objsubid), x.extname)
FROM pg_depend d JOIN pg_extension x ON d.refclassid = 'pg_extension'::regclass AND x.oid = d.refobjid
WHERE d.deptype = 'x'
UNION ALL
SELECT format('access method %I %s', a.amname, a.amhandler)
FROM pg_am a
WHERE a.oid >= 16384
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_am'::regclass AND m.objid = a.oid)
UNION ALL
SELECT format('security label on %s: %s %L', pg_describe_object(s.classoid, s.objoid, s.objsubid), s.provider, s.label)
FROM pg_seclabel s
UNION ALL
-- Of a partition whose partitioned table is published instead, nothing says the rows as text.
SELECT format('row filter of partition %s in publication %I', r.full_name, p.pubname)
FROM pg_publication p
JOIN pg_publication_rel b ON b.prpubid = p.oid
JOIN relation r ON r.oid = b.prrelid
WHERE p.pubviaroot
  AND to_jsonb(b) ->> 'prqual' IS NOT NULL
  AND NOT EXISTS (
      SELECT FROM pg_publication_tables v
      WHERE (v.pubname, v.schemaname, v.tablename) = (p.pubname, r.nspname, r.relname))
UNION ALL
-- Where it comes from may hold a password, and is for superusers.
SELECT format('subscription %I to %s, enabled %s, binary %s, streaming %s, slot %s, synchronous commit %s', s.subname,
              s.subpublications, s.subenabled, s.subbinary, s.substream, s.subslotname, s.subsynccommit)
FROM pg_subscription s WHERE s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
UNION ALL
SELECT concat_ws(' ', CASE WHEN l.lanpltrusted THEN 'trusted' END, 'language', quote_ident(l.lanname),
                 l.lanplcallfoid::regproc, l.laninline::regproc, l.lanvalidator::regproc)
FROM pg_language l
WHERE l.oid >= 16384
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_language'::regclass AND m.objid = l.oid)
ORDER BY 1
