-- Sets each listed setting that has another value, and resets every other setting of a role or a database to Postgres's
-- built-in default. Returns for each whether RESET would restore the role's value, and whether we may set it.
SELECT wanted.name,
       CASE WHEN wanted.name IN ('search_path', 'statement_timeout') THEN wanted.value
            ELSE set_config(wanted.name, wanted.value, /* local */) END,
       wanted.source IN ('user', 'database user', 'session')
FROM (
    SELECT s.name, coalesce(l.value, s.boot_val, '') AS value, s.source, s.context,
           CASE WHEN s.name IN ('search_path', 'statement_timeout') THEN s.reset_val ELSE s.setting END AS setting,
           l.name IS NOT NULL AS is_listed
    FROM pg_settings AS s
    LEFT JOIN (VALUES /* settings */) AS l (name, value) ON l.name = s.name
) AS wanted
WHERE (wanted.is_listed OR wanted.source IN ('user', 'database', 'database user') OR wanted.name = 'search_path')
  AND wanted.name NOT IN ('role', 'session_authorization')
  AND wanted.setting <> wanted.value
  AND (wanted.context = 'user'
       OR wanted.context = 'superuser'
          AND (SELECT rolsuper FROM pg_roles WHERE rolname = current_user))
