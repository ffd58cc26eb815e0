-- Which catalogs hold something that a user made and that is its text. Most are empty, and to plan a query of an empty
-- catalog costs as much as of a full one.
SELECT 'pg_type', EXISTS (SELECT FROM pg_type WHERE oid >= 16384 AND typtype IN ('d', 'r'))
                  OR EXISTS (SELECT FROM pg_class WHERE oid >= 16384 AND relkind = 'c')
UNION ALL
SELECT 'pg_class', EXISTS (SELECT FROM pg_class WHERE oid >= 16384 AND relkind IN ('v', 'm'))
UNION ALL
SELECT 'pg_proc', EXISTS (SELECT FROM pg_proc WHERE oid >= 16384)
UNION ALL
SELECT 'pg_trigger', EXISTS (SELECT FROM pg_trigger WHERE NOT tgisinternal)
UNION ALL
SELECT 'pg_policy', EXISTS (SELECT FROM pg_policy)
UNION ALL
SELECT 'pg_rewrite', EXISTS (SELECT FROM pg_rewrite WHERE oid >= 16384 AND rulename <> '_RETURN')
UNION ALL
SELECT 'pg_statistic_ext', EXISTS (SELECT FROM pg_statistic_ext)
UNION ALL
SELECT 'pg_cast', EXISTS (SELECT FROM pg_cast WHERE oid >= 16384)
UNION ALL
SELECT 'pg_operator', EXISTS (SELECT FROM pg_operator WHERE oid >= 16384)
UNION ALL
SELECT 'pg_opfamily', EXISTS (SELECT FROM pg_opfamily WHERE oid >= 16384)
UNION ALL
SELECT 'pg_opclass', EXISTS (SELECT FROM pg_opclass WHERE oid >= 16384)
UNION ALL
SELECT 'pg_collation', EXISTS (SELECT FROM pg_collation WHERE oid >= 16384)
UNION ALL
SELECT 'pg_conversion', EXISTS (SELECT FROM pg_conversion WHERE oid >= 16384)
UNION ALL
SELECT 'pg_ts_parser', EXISTS (SELECT FROM pg_ts_parser WHERE oid >= 16384)
UNION ALL
SELECT 'pg_ts_template', EXISTS (SELECT FROM pg_ts_template WHERE oid >= 16384)
UNION ALL
SELECT 'pg_ts_dict', EXISTS (SELECT FROM pg_ts_dict WHERE oid >= 16384)
UNION ALL
SELECT 'pg_ts_config', EXISTS (SELECT FROM pg_ts_config WHERE oid >= 16384)
UNION ALL
SELECT 'pg_transform', EXISTS (SELECT FROM pg_transform WHERE oid >= 16384)
UNION ALL
SELECT 'pg_event_trigger', EXISTS (SELECT FROM pg_event_trigger)
UNION ALL
SELECT 'pg_publication', EXISTS (SELECT FROM pg_publication)
UNION ALL
SELECT 'pg_publication_rel', EXISTS (SELECT FROM pg_publication_rel)
UNION ALL
SELECT 'pg_publication_namespace', EXISTS (SELECT FROM pg_publication)
UNION ALL
SELECT 'pg_foreign_data_wrapper', EXISTS (SELECT FROM pg_foreign_data_wrapper)
