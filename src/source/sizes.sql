-- How large tables are. Nothing here asks for a right on a table. A partitioned table is its partitions.
WITH one AS (
    SELECT c.oid, c.relkind, c.relnamespace, c.relname,
           CASE WHEN c.reltuples >= 0 THEN c.reltuples::bigint
                ELSE nullif(pg_catalog.pg_stat_get_live_tuples(c.oid), 0) END AS rows,
           pg_catalog.pg_total_relation_size(c.oid) AS bytes
    FROM pg_catalog.pg_class c
    WHERE c.relkind IN ('r', 'm', 'p') AND c.relpersistence <> 't'
)
SELECT n.nspname::text, one.relname::text,
       CASE one.relkind WHEN 'p' THEN coalesce(leaves.rows, 0) ELSE one.rows END,
       CASE one.relkind WHEN 'p' THEN coalesce(leaves.bytes, 0) ELSE one.bytes END
FROM one
JOIN pg_catalog.pg_namespace n ON n.oid = one.relnamespace
LEFT JOIN LATERAL (
    -- A part whose rows nobody has counted leaves the whole uncounted.
    SELECT CASE WHEN count(*) = count(leaf.rows) THEN sum(leaf.rows)::bigint END AS rows,
           sum(leaf.bytes)::bigint AS bytes
    FROM pg_catalog.pg_partition_tree(one.oid) AS tree JOIN one AS leaf ON leaf.oid = tree.relid
    WHERE tree.isleaf AND one.relkind = 'p'
) AS leaves ON true
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
