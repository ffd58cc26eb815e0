-- What the rows of each table must be like, a row each. `source` is what stands behind FROM in a query that finds the
-- rows that are not, as `t`; where it is NULL, that cannot be asked. `columns` are the columns that it is about.
WITH tables AS (
    SELECT c.oid, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name,
           c.relispartition,
           -- The tables that inherit have indexes and foreign keys of their own, those of partitions are of the whole.
           CASE c.relkind WHEN 'r' THEN 'ONLY ' ELSE '' END || pg_catalog.quote_ident(n.nspname) || '.'
               || pg_catalog.quote_ident(c.relname) AS own
    FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
      AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'
), attributes AS (
    SELECT a.*, pg_catalog.quote_ident(a.attname) AS name, t.name AS of
    FROM pg_catalog.pg_attribute AS a JOIN tables AS t ON t.oid = a.attrelid
    WHERE a.attnum > 0 AND NOT a.attisdropped
), conditions (kind, id, relation, object, columns, source, target, message) AS (
    SELECT 'not-null', 0::oid, a.attrelid, a.of || '.' || a.name, ARRAY[a.attnum],
           pg_catalog.format('%s AS t WHERE t.%s IS NULL', a.of, a.name), 0::oid,
           'it is NULL'
    FROM attributes AS a WHERE a.attnotnull AND a.attinhcount = 0
    UNION ALL
    -- One that is added is filled in existing rows by its default alone.
    SELECT 'value', 0::oid, a.attrelid, a.of || '.' || a.name, ARRAY[a.attnum],
           a.of || ' AS t', 0::oid, 'the new column is NOT NULL, and there is no value for it'
    FROM attributes AS a
    WHERE a.attnotnull AND a.attinhcount = 0 AND NOT a.atthasdef AND a.attidentity = ''
    UNION ALL
    SELECT 'check', k.oid, k.conrelid, t.name || '.' || pg_catalog.quote_ident(k.conname), k.conkey,
           pg_catalog.format('%s AS t WHERE NOT (%s)', CASE WHEN k.connoinherit THEN t.own ELSE t.name END,
                             pg_catalog.pg_get_expr(k.conbin, k.conrelid)), 0::oid,
           'it does not hold'
    FROM pg_catalog.pg_constraint AS k JOIN tables AS t ON t.oid = k.conrelid
    WHERE k.contype = 'c' AND k.convalidated AND k.coninhcount = 0
    UNION ALL
    SELECT 'foreign-key', k.oid, k.conrelid, t.name || '.' || pg_catalog.quote_ident(k.conname), k.conkey,
           pg_catalog.format('%s AS t WHERE %s AND NOT EXISTS (SELECT FROM %s AS r WHERE %s)', t.own,
                             pair.are_there, r.own, pair.are_equal),
           k.confrelid, 'the row that it refers to does not exist'
    FROM pg_catalog.pg_constraint AS k
    JOIN tables AS t ON t.oid = k.conrelid
    JOIN tables AS r ON r.oid = k.confrelid
    CROSS JOIN LATERAL (
        SELECT pg_catalog.string_agg('t.' || own.name || ' IS NOT NULL', ' AND ') AS are_there,
               pg_catalog.string_agg(pg_catalog.format('r.%s OPERATOR(%I.%s) t.%s', other.name, n.nspname, o.oprname,
                                                       own.name), ' AND ') AS are_equal
        FROM ROWS FROM (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey),
                        pg_catalog.unnest(k.conpfeqop)) AS u (own, other, operator)
        JOIN attributes AS own ON own.attrelid = k.conrelid AND own.attnum = u.own
        JOIN attributes AS other ON other.attrelid = k.confrelid AND other.attnum = u.other
        JOIN pg_catalog.pg_operator AS o ON o.oid = u.operator
        JOIN pg_catalog.pg_namespace AS n ON n.oid = o.oprnamespace
    ) AS pair
    WHERE k.contype = 'f' AND k.convalidated AND k.conparentid = 0
    UNION ALL
    SELECT 'unique', i.indexrelid, i.indrelid, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname),
           pg_catalog.array_remove(i.indkey::int2[], 0::int2),
           pg_catalog.format('(SELECT t.*, t.ctid AS ctid, t.tableoid AS tableoid, count(*) OVER (PARTITION BY %s) AS '
                             'feedstock_alike FROM %s AS t%s) AS t WHERE feedstock_alike > 1', key.list, t.own,
                             (SELECT ' WHERE ' || pg_catalog.string_agg(part, ' AND ')
                              FROM (SELECT '(' || pg_catalog.pg_get_expr(i.indpred, i.indrelid) || ')' AS part
                                    WHERE i.indpred IS NOT NULL
                                    UNION ALL
                                    SELECT key.are_there
                                    WHERE coalesce(pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct', 'false') = 'false'
                                   ) AS parts)),
           0::oid, 'another row has the same values'
    FROM pg_catalog.pg_index AS i
    JOIN tables AS t ON t.oid = i.indrelid
    JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL (
        SELECT pg_catalog.string_agg('(' || one.text || ')', ', ' ORDER BY one.at) AS list,
               pg_catalog.string_agg('(' || one.text || ') IS NOT NULL', ' AND ' ORDER BY one.at) AS are_there
        FROM (SELECT at, pg_catalog.pg_get_indexdef(i.indexrelid, at, true) AS text
              FROM pg_catalog.generate_series(1, i.indnkeyatts) AS at) AS one
    ) AS key
    WHERE i.indisunique AND i.indisvalid
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits AS h WHERE h.inhrelid = i.indexrelid)
    UNION ALL
    SELECT 'exclusion', k.oid, k.conrelid, t.name || '.' || pg_catalog.quote_ident(k.conname), k.conkey,
           pg_catalog.format('%s AS t WHERE %sEXISTS (SELECT FROM %s AS o '
                             'WHERE (o.tableoid, o.ctid) <> (t.tableoid, t.ctid) AND %s%s)', t.own,
                             coalesce('(' || pg_catalog.pg_get_expr(i.indpred, i.indrelid) || ') AND ', ''), t.own,
                             pair.conflict,
                             CASE WHEN i.indpred IS NULL THEN '' ELSE pg_catalog.format(
                                 ' AND (o.tableoid, o.ctid) IN (SELECT tableoid, ctid FROM %s WHERE %s)', t.own,
                                 pg_catalog.pg_get_expr(i.indpred, i.indrelid)) END),
           0::oid, 'another row conflicts with it'
    FROM pg_catalog.pg_constraint AS k
    JOIN tables AS t ON t.oid = k.conrelid
    JOIN pg_catalog.pg_index AS i ON i.indexrelid = k.conindid
    CROSS JOIN LATERAL (
        -- An expression has no column: then there is no query.
        SELECT CASE WHEN 0 = ANY (k.conkey) THEN NULL ELSE
               pg_catalog.string_agg(
                   pg_catalog.format('o.%s OPERATOR(%I.%s) t.%s', a.name, n.nspname, o.oprname, a.name), ' AND ') END AS conflict
        FROM ROWS FROM (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.conexclop)) AS u (own, operator)
        LEFT JOIN attributes AS a ON a.attrelid = k.conrelid AND a.attnum = u.own
        JOIN pg_catalog.pg_operator AS o ON o.oid = u.operator
        JOIN pg_catalog.pg_namespace AS n ON n.oid = o.oprnamespace
    ) AS pair
    WHERE k.contype = 'x'
    UNION ALL
    SELECT 'domain', k.oid, a.attrelid, a.of || '.' || a.name, ARRAY[a.attnum],
           pg_catalog.format('(SELECT t.*, t.ctid AS ctid, t.tableoid AS tableoid, t.%s::%s AS value FROM %s AS t) '
                             'AS t WHERE NOT (%s)', a.name, pg_catalog.format_type(d.typbasetype, d.typtypmod), a.of,
                             pg_catalog.pg_get_expr(k.conbin, 0)), 0::oid,
           pg_catalog.format('its domain refuses it: %s', k.conname)
    FROM pg_catalog.pg_constraint AS k
    JOIN pg_catalog.pg_type AS d ON d.oid = k.contypid
    JOIN attributes AS a ON a.atttypid = d.oid
    WHERE k.contype = 'c' AND k.convalidated AND a.attinhcount = 0
    UNION ALL
    SELECT 'domain', d.oid, a.attrelid, a.of || '.' || a.name, ARRAY[a.attnum],
           pg_catalog.format('%s AS t WHERE t.%s IS NULL', a.of, a.name), 0::oid, 'its domain refuses NULL'
    FROM pg_catalog.pg_type AS d JOIN attributes AS a ON a.atttypid = d.oid
    WHERE d.typtype = 'd' AND d.typnotnull AND a.attinhcount = 0
    UNION ALL
    SELECT 'partition', 0::oid, t.oid, t.name, ARRAY[]::int2[],
           pg_catalog.format('%s AS t WHERE NOT (%s)', t.name, pg_catalog.pg_get_partition_constraintdef(t.oid)),
           0::oid, 'the partition is not for it'
    FROM tables AS t WHERE t.relispartition
)
SELECT 1, pg_catalog.json_build_object('kind', kind, 'id', id::bigint, 'relation', relation::bigint, 'object', object, 'columns', columns,
                                       'source', source, 'target', target::bigint, 'message', message)::text
FROM conditions
