UNION ALL
SELECT 'password of role', a.rolname::pg_catalog.text, a.rolpassword
FROM pg_catalog.pg_authid AS a
WHERE a.rolpassword IS NOT NULL
