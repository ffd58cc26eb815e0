-- Who may do what, where that is not what Postgres gives by itself: the catalog, the object, its column; the role,
-- none for PUBLIC; was it taken away, may it be passed on, and the privileges. What the owner has is left out: owners
-- are not compared.
WITH held AS (
    SELECT 'pg_class' AS class, c.oid, NULL::text AS part,
           CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char" AS kind,
           n.nspname, c.relowner AS owner, c.relacl AS acl
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relacl IS NOT NULL AND c.relpersistence <> 't' AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    UNION ALL
    SELECT 'pg_class', c.oid, a.attname::text, 'c', n.nspname, c.relowner, a.attacl
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE a.attacl IS NOT NULL AND NOT a.attisdropped AND a.attnum > 0 AND c.relpersistence <> 't'
    UNION ALL
    SELECT 'pg_proc', p.oid, NULL, 'f', n.nspname, p.proowner, p.proacl
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE p.proacl IS NOT NULL
    UNION ALL
    SELECT 'pg_type', t.oid, NULL, 'T', n.nspname, t.typowner, t.typacl
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE t.typacl IS NOT NULL
    UNION ALL
    -- The schema public is the one object that a new database gives to others.
    SELECT 'pg_namespace', n.oid, NULL, 'n', n.nspname, n.nspowner,
           coalesce(n.nspacl, acldefault('n', n.nspowner))
    FROM pg_namespace n
    WHERE n.nspacl IS NOT NULL OR n.nspname = 'public'
    UNION ALL
    SELECT 'pg_foreign_data_wrapper', w.oid, NULL, 'F', '', w.fdwowner, w.fdwacl
    FROM pg_foreign_data_wrapper w
    WHERE w.fdwacl IS NOT NULL
    UNION ALL
    SELECT 'pg_foreign_server', s.oid, NULL, 'S', '', s.srvowner, s.srvacl
    FROM pg_foreign_server s
    WHERE s.srvacl IS NOT NULL),
own AS (
    SELECT h.*, CASE
               WHEN kind = 'c' THEN NULL
               WHEN kind = 'n' AND nspname = 'public' THEN makeaclitem(0, owner, 'USAGE', false) || CASE
                   WHEN current_setting('server_version_num')::int < 150000
                   THEN ARRAY[makeaclitem(0, owner, 'CREATE', false)] ELSE '{}' END
               ELSE acldefault(kind, owner) END AS standard,
           CASE kind WHEN 'c' THEN 4 ELSE (
               SELECT count(*) FROM aclexplode(acldefault(kind, owner)) WHERE grantee = owner) END AS every
    FROM held h
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'),
differs AS (
    SELECT o.class, o.oid, o.part, o.kind, o.every, d.*
    FROM own o
    CROSS JOIN LATERAL (
        (SELECT false, grantee, privilege_type, bool_or(is_grantable) FROM aclexplode(o.acl)
         WHERE grantee <> o.owner GROUP BY grantee, privilege_type
         EXCEPT SELECT false, grantee, privilege_type, is_grantable FROM aclexplode(o.standard))
        UNION ALL
        (SELECT true, grantee, privilege_type, is_grantable FROM aclexplode(o.standard) WHERE grantee <> o.owner
         EXCEPT SELECT true, grantee, privilege_type, is_grantable FROM aclexplode(o.acl))
    ) d (revoked, grantee, privilege, grantable))
SELECT d.class,
       d.oid,
       d.part,
       r.rolname::text,
       d.revoked,
       d.grantable,
       CASE WHEN count(*) = d.every AND d.every > 1 THEN ARRAY['ALL'] ELSE array_agg(d.privilege) END
FROM differs d
LEFT JOIN pg_roles r ON r.oid = d.grantee
GROUP BY d.class, d.oid, d.part, d.every, r.rolname, d.revoked, d.grantable
