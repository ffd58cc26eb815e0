-- What the rows of the tables `$1` in the schemas `$2` must be like: checks, keys, unique indexes, foreign keys and the
-- bounds of partitions. The name (none of a bound), the columns, the text; of a foreign key the table that it refers to
-- and its columns, as SQL names them.
SELECT n.nspname::text,
       c.relname::text,
       x.name::text,
       ARRAY(SELECT a.attname::text
             FROM unnest(x.columns) WITH ORDINALITY AS k (attnum, at)
             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
             ORDER BY k.at),
       x.definition,
       tn.nspname::text,
       t.relname::text,
       ARRAY(SELECT quote_ident(a.attname)
             FROM unnest(x.target_columns) WITH ORDINALITY AS k (attnum, at)
             JOIN pg_attribute a ON a.attrelid = x.target AND a.attnum = k.attnum
             ORDER BY k.at)
FROM unnest($1::text[], $2::text[]) AS given (name, schema)
JOIN pg_namespace n ON n.nspname = given.schema
JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = given.name AND c.relkind = 'r'
CROSS JOIN LATERAL (
    SELECT k.conname, k.conkey, CASE WHEN k.contype = 'c' THEN pg_get_constraintdef(k.oid) ELSE '' END,
           NULLIF(k.confrelid, 0), k.confkey
    FROM pg_constraint k
    WHERE k.conrelid = c.oid AND k.contype IN ('c', 'f', 'p', 'u', 'x')
    UNION ALL
    SELECT i.relname, x.indkey::int2[], '', NULL, NULL
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
    WHERE x.indrelid = c.oid AND x.indisunique
      AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.oid AND k.conrelid = c.oid)
    UNION ALL
    SELECT NULL, ARRAY(SELECT a.attnum FROM pg_attribute a
                       WHERE a.attrelid = c.oid AND a.attnum > 0
                         AND strpos(pg_get_partition_constraintdef(c.oid), quote_ident(a.attname)) > 0),
           -- A default partition that is the only one has none.
           coalesce(pg_get_partition_constraintdef(c.oid), ''), NULL, NULL
    WHERE c.relispartition
) AS x (name, columns, definition, target, target_columns)
LEFT JOIN pg_class t ON t.oid = x.target
LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
ORDER BY n.nspname, c.relname, x.name
