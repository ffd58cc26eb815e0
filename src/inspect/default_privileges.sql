-- What new objects give to whom: the role that makes them, none for the one that asks; the schema, none for all; the
-- objects; and the rest as in privileges.sql.
WITH own AS (
    SELECT d.defaclrole AS owner, d.defaclnamespace AS namespace, d.defaclobjtype AS kind, d.defaclacl AS acl,
           acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END, d.defaclrole) AS standard
    FROM pg_default_acl d),
differs AS (
    SELECT o.owner, o.namespace, o.kind, d.*,
           (SELECT count(*) FROM aclexplode(o.standard) WHERE grantee = o.owner) AS every
    FROM own o
    CROSS JOIN LATERAL (
        (SELECT false, grantee, privilege_type, bool_or(is_grantable) FROM aclexplode(o.acl)
         WHERE grantee <> o.owner GROUP BY grantee, privilege_type
         EXCEPT SELECT false, grantee, privilege_type, is_grantable FROM aclexplode(o.standard) WHERE o.namespace = 0)
        UNION ALL
        (SELECT true, grantee, privilege_type, is_grantable FROM aclexplode(o.standard)
         WHERE grantee <> o.owner AND o.namespace = 0
         EXCEPT SELECT true, grantee, privilege_type, is_grantable FROM aclexplode(o.acl))
    ) d (revoked, grantee, privilege, grantable))
SELECT CASE WHEN o.rolname <> current_user THEN o.rolname::text END,
       n.nspname::text,
       CASE d.kind WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES'
                   WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END,
       r.rolname::text,
       d.revoked,
       d.grantable,
       CASE WHEN count(*) = d.every AND d.every > 1 THEN ARRAY['ALL'] ELSE array_agg(d.privilege) END
FROM differs d
JOIN pg_roles o ON o.oid = d.owner
LEFT JOIN pg_namespace n ON n.oid = d.namespace
LEFT JOIN pg_roles r ON r.oid = d.grantee
GROUP BY o.rolname, n.nspname, d.kind, d.every, r.rolname, d.revoked, d.grantable
