-- User mappings, of `mapping`, the catalog or what of it everybody may read. A value may be a secret: only those of the
-- options listed here are read, and every other one is a placeholder wherever a mapping is written.
SELECT 'pg_user_mapping',
       u.oid,
       'USER MAPPING',
       '',
       s.srvname::text,
       NULL,
       a.address,
       concat_ws(' ', 'CREATE USER MAPPING', a.address, 'OPTIONS (' || o.said || ')'),
       '',
       '{}'::text[],
       '{}'::text[],
       NULL,
       jsonb_build_object('parts', o.parts, 'unsupported', CASE WHEN u.hidden THEN format(
           'options of user mapping %s, which only a superuser and that role may read', a.address) END)
FROM mapping u
JOIN pg_foreign_server s ON s.oid = u.server
LEFT JOIN pg_roles r ON r.oid = u.role
CROSS JOIN LATERAL (
    SELECT format('FOR %s SERVER %I', coalesce(quote_ident(r.rolname), 'PUBLIC'), s.srvname)) a (address)
CROSS JOIN LATERAL (
    SELECT string_agg(format('%I %L', o.name, o.said), ', ' ORDER BY o.name),
           coalesce(jsonb_agg(jsonb_build_object(
               'does', format('ALTER USER MAPPING %s OPTIONS (ADD %I %L)', a.address, o.name, o.said),
               'undoes', format('ALTER USER MAPPING %s OPTIONS (DROP %I)', a.address, o.name),
               'changes', format('ALTER USER MAPPING %s OPTIONS (SET %I %L)', a.address, o.name, o.said),
               'property', CASE WHEN o.is_read THEN '"other"'::jsonb
                                ELSE jsonb_build_object('placeholder', o.name) END) ORDER BY o.name), '[]')
    FROM (
        SELECT o.option_name, k.is_read, CASE WHEN k.is_read THEN o.option_value ELSE 'set by hand' END
        FROM pg_options_to_table(u.options) o
        CROSS JOIN LATERAL (
            SELECT o.option_name IN ('user', 'username', 'password_required', 'use_scram_passthrough')) k (is_read)
    ) o (name, is_read, said)) o (said, parts)
