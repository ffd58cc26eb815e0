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
SELECT 'access method ' || a.amname || ' of ' || r.full_name
FROM relation r JOIN pg_am a ON a.oid = r.relam WHERE r.relkind IN ('r', 'm') AND a.amname <> 'heap'
UNION ALL
SELECT 'tablespace of ' || full_name FROM relation WHERE reltablespace <> 0
UNION ALL
SELECT 'storage parameters of the index of a partitioned constraint ' || r.full_name || ' ' || r.reloptions::text
FROM relation r JOIN pg_constraint o ON o.conindid = r.oid AND o.contype IN ('p', 'u', 'x')
WHERE r.relkind = 'I' AND r.reloptions IS NOT NULL
UNION ALL
SELECT 'invalid index ' || r.full_name
FROM relation r JOIN pg_index i ON i.indexrelid = r.oid WHERE NOT i.indisvalid
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
SELECT 'comment on ' || pg_describe_object('pg_class'::regclass, d.objid, 0)
FROM pg_depend d JOIN relation r ON r.oid = d.objid AND r.relkind = 'S'
WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'i'
  AND obj_description(d.objid, 'pg_class') IS NOT NULL
UNION ALL
SELECT 'comment on ' || pg_describe_object('pg_constraint'::regclass, k.oid, 0)
FROM pg_constraint k JOIN relation r ON r.oid = k.conrelid
WHERE k.contype = 't' AND obj_description(k.oid, 'pg_constraint') IS NOT NULL
UNION ALL
SELECT 'foreign key that is not enforced on ' || r.full_name
FROM relation r
WHERE EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = r.oid AND t.tgisinternal AND t.tgenabled <> 'O')
UNION ALL
SELECT format('%s depends on extension %I', pg_describe_object(d.classid, d.objid, d.objsubid), x.extname)
FROM pg_depend d JOIN pg_extension x ON d.refclassid = 'pg_extension'::regclass AND x.oid = d.refobjid
WHERE d.deptype = 'x'
UNION ALL
SELECT format('access method %I', a.amname)
FROM pg_am a
WHERE a.oid >= 16384
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_am'::regclass AND m.objid = a.oid)
UNION ALL
SELECT format('security label on %s', pg_describe_object(s.classoid, s.objoid, s.objsubid))
FROM pg_seclabel s
UNION ALL
SELECT format('foreign server %I', srvname) FROM pg_foreign_server
UNION ALL
SELECT format('foreign-data wrapper %I', f.fdwname)
FROM pg_foreign_data_wrapper f
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_foreign_data_wrapper'::regclass AND m.objid = f.oid)
UNION ALL
SELECT format('publication %I', pubname) FROM pg_publication
UNION ALL
SELECT format('subscription %I', subname)
FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
UNION ALL
SELECT format('language %I', l.lanname)
FROM pg_language l
WHERE l.oid >= 16384
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_language'::regclass AND m.objid = l.oid)
ORDER BY 1
