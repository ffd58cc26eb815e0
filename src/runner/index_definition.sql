-- The definition of an index, without its name, its table and its storage. Attribute numbers are left out: a table
-- with dropped columns has other ones than its copy.
SELECT
    pg_catalog.jsonb_build_object(
        'method', m.amname,
        'unique', i.indisunique,
        -- Postgres 15 and later.
        'nulls_not_distinct', pg_catalog.to_jsonb(i) -> 'indnullsnotdistinct',
        'keys', (
            SELECT pg_catalog.jsonb_agg(pg_catalog.pg_get_indexdef(i.indexrelid, k, false) ORDER BY k)
            FROM pg_catalog.generate_series(1, i.indnatts) AS k
        ),
        'key_count', i.indnkeyatts,
        'operator_classes', i.indclass::text,
        'operator_class_options', (
            SELECT pg_catalog.jsonb_agg(a.attoptions ORDER BY a.attnum)
            FROM pg_catalog.pg_attribute AS a
            WHERE a.attrelid = i.indexrelid
        ),
        'collations', i.indcollation::text,
        'directions', i.indoption::text,
        'predicate', pg_catalog.pg_get_expr(i.indpred, i.indrelid),
        'storage', c.reloptions
    )
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_am AS m ON m.oid = c.relam
WHERE i.indexrelid = /* index */
