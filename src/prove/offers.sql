-- The version, the settings and the extensions of a server, as one text.
SELECT current_setting('server_version_num')
       || coalesce(string_agg(' ' || e.name || ' ' || e.default_version, '' ORDER BY e.name), '')
FROM pg_catalog.pg_available_extensions AS e
