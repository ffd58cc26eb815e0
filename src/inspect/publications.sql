-- Publications, and what each one publishes, which is an object of its own: it goes with its table.
SELECT 'pg_publication',
       p.oid,
       'PUBLICATION',
       '',
       p.pubname::text,
       NULL,
       quote_ident(p.pubname),
       concat_ws(' ', 'CREATE PUBLICATION', quote_ident(p.pubname), CASE WHEN p.puballtables THEN 'FOR ALL TABLES' END,
                 'WITH (' || string_agg(o.name || ' = ' || o.said, ', ' ORDER BY o.place) || ')'),
       -- Whether it is for all tables cannot be changed.
       p.puballtables::text,
       '{}'::text[],
       '{}'::text[],
       obj_description(p.oid, 'pg_publication'),
       jsonb_build_object('parts', coalesce(jsonb_agg(jsonb_build_object(
           'does', format('ALTER PUBLICATION %I SET (%s = %s)', p.pubname, o.name, o.said),
           'undoes', format('ALTER PUBLICATION %I SET (%s = %s)', p.pubname, o.name, o.standard)) ORDER BY o.place)
           FILTER (WHERE o.name IS NOT NULL), '[]'))
FROM pg_publication p
LEFT JOIN LATERAL (
    SELECT 1, 'publish', quote_literal(concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END,
                                                 CASE WHEN p.pubupdate THEN 'update' END,
                                                 CASE WHEN p.pubdelete THEN 'delete' END,
                                                 CASE WHEN p.pubtruncate THEN 'truncate' END)),
           quote_literal('insert, update, delete, truncate')
    WHERE NOT (p.pubinsert AND p.pubupdate AND p.pubdelete AND p.pubtruncate)
    UNION ALL
    SELECT 2, 'publish_via_partition_root', 'true', 'false'
    WHERE p.pubviaroot
    UNION ALL
    -- Since 18.
    SELECT 3, 'publish_generated_columns', 'stored', 'none'
    WHERE to_jsonb(p) ->> 'pubgencols' = 's') o (place, name, said, standard) ON true
GROUP BY p.oid, p.pubname, p.puballtables
UNION ALL
SELECT 'pg_publication_rel',
       r.oid,
       'PUBLICATION',
       n.nspname::text,
       p.pubname::text,
       c.relname::text,
       NULL,
       concat_ws(' ', a.prefix, 'ADD TABLE ONLY', a.name, '(' || columns.said || ')', 'WHERE (' || filter.said || ')'),
       NULL,
       '{}',
       '{}',
       NULL,
       jsonb_build_object('drop', concat_ws(' ', a.prefix, 'DROP TABLE ONLY', a.name))
FROM pg_publication_rel r
JOIN pg_publication p ON p.oid = r.prpubid
JOIN pg_class c ON c.oid = r.prrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (
    SELECT format('ALTER PUBLICATION %I', p.pubname), format('%I.%I', n.nspname, c.relname)) a (prefix, name)
-- Columns and rows are chosen since 15.
CROSS JOIN LATERAL (
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
    FROM pg_attribute a
    WHERE a.attrelid = r.prrelid AND to_jsonb(r) -> 'prattrs' @> to_jsonb(a.attnum)) columns (said)
-- Only the view has the filter as text in every version; it takes time, and few have one.
CROSS JOIN LATERAL (
    SELECT max(to_jsonb(v) ->> 'rowfilter')
    FROM pg_publication_tables v
    WHERE to_jsonb(r) ->> 'prqual' IS NOT NULL
      AND (v.pubname, v.schemaname, v.tablename) = (p.pubname, n.nspname, c.relname)) filter (said)
UNION ALL
-- 14 lacks the catalog of these. Its rows depend on the publication and on the schema, which every version can say.
SELECT 'pg_publication_namespace',
       d.objid,
       'TABLES IN SCHEMA',
       n.nspname::text,
       n.nspname::text,
       NULL,
       format('%I of publication %I', n.nspname, p.pubname),
       format('ALTER PUBLICATION %I ADD TABLES IN SCHEMA %I', p.pubname, n.nspname),
       NULL,
       '{}',
       '{}',
       NULL,
       jsonb_build_object('drop', format('ALTER PUBLICATION %I DROP TABLES IN SCHEMA %I', p.pubname, n.nspname))
FROM pg_depend d
JOIN pg_publication p ON p.oid = d.refobjid
JOIN pg_depend e ON (e.classid, e.objid) = (d.classid, d.objid) AND e.refclassid = 'pg_namespace'::regclass
JOIN pg_namespace n ON n.oid = e.refobjid
WHERE d.refclassid = 'pg_publication'::regclass
