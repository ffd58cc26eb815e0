-- The expression of the primary key of a row of a table, as `t`: '(1)' or '(1,b)'.
SELECT CASE WHEN count(*) > 0 THEN pg_catalog.format('ROW(%s)::pg_catalog.text',
                         pg_catalog.string_agg('t.' || pg_catalog.quote_ident(a.attname), ', ' ORDER BY k.at)) END
FROM pg_catalog.pg_index AS i
CROSS JOIN LATERAL pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, at)
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
WHERE i.indrelid = $1::text::regclass AND i.indisprimary
