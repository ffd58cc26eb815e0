-- Objects that are their text, first their catalog, oid, word and schema; then their name and the relation that they
-- are on; what stands behind `DROP` and the word, where that is not the name; the definition, and what it can replace;
-- what follows, and what takes that back; the comment; and as JSON
-- what plans decide by, where the kind has that: `Details` in Rust.
SELECT 'pg_type' AS class,
       t.oid,
       'DOMAIN' AS word,
       n.nspname::text AS schema,
       t.typname::text AS name,
       NULL::text AS relation,
       NULL::text AS address,
       format('CREATE DOMAIN %I.%I AS %s', n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod))
       || CASE WHEN t.typcollation <> b.typcollation THEN (
              SELECT format(' COLLATE %I.%I', cn.nspname, co.collname)
              FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace
              WHERE co.oid = t.typcollation) ELSE '' END AS definition,
       NULL::text AS replaces,
       p.does AS does,
       p.undoes AS undoes,
       obj_description(t.oid, 'pg_type') AS comment,
       jsonb_build_object('type_name', format_type(t.oid, NULL), 'has_array', b.typcategory = 'A',
                          'properties', p.properties) AS details
FROM pg_type t
JOIN pg_type b ON b.oid = t.typbasetype
JOIN pg_namespace n ON n.oid = t.typnamespace
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(x.prefix || x.does ORDER BY x.rank, x.does), '{}'),
           coalesce(array_agg(x.prefix || x.undoes ORDER BY x.rank, x.does), '{}'),
           coalesce(jsonb_agg(x.property ORDER BY x.rank, x.does), '[]')
    FROM (SELECT format('ALTER DOMAIN %I.%I ', n.nspname, t.typname)) q (alter)
    CROSS JOIN LATERAL (
        SELECT 1, q.alter, 'SET DEFAULT ' || pg_get_expr(t.typdefaultbin, 0), 'DROP DEFAULT',
               '"default"'::jsonb
        WHERE t.typdefaultbin IS NOT NULL
        UNION ALL
        -- Since Postgres 17 it is a constraint, whose name may be another than the one that it gets by itself.
        SELECT 2, q.alter, coalesce('ADD CONSTRAINT ' || o.named || ' NOT NULL', 'SET NOT NULL'),
               coalesce('DROP CONSTRAINT ' || o.named, 'DROP NOT NULL'), '"not_null"'
        FROM (
            SELECT max(quote_ident(k.conname))
            FROM pg_constraint k
            WHERE k.contypid = t.oid AND k.contype = 'n' AND k.conname <> t.typname || '_not_null') o (named)
        WHERE t.typnotnull
        UNION ALL
        SELECT 3, q.alter, format('ADD CONSTRAINT %I %s', o.conname, pg_get_constraintdef(o.oid)),
               format('DROP CONSTRAINT %I', o.conname),
               jsonb_build_object('check', jsonb_build_object('name', o.conname, 'valid', o.convalidated))
        FROM pg_constraint o
        WHERE o.contypid = t.oid AND o.contype = 'c'
        UNION ALL
        SELECT 4, format('COMMENT ON CONSTRAINT %I ON DOMAIN %I.%I IS ', o.conname, n.nspname, t.typname),
               quote_literal(obj_description(o.oid, 'pg_constraint')), 'NULL', jsonb_build_object('comment_on', o.conname)
        FROM pg_constraint o
        WHERE o.contypid = t.oid AND obj_description(o.oid, 'pg_constraint') IS NOT NULL
    ) x (rank, prefix, does, undoes, property)) p (does, undoes, properties)
WHERE t.typtype = 'd'
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_type',
       t.oid,
       'TYPE',
       n.nspname::text,
       t.typname::text,
       NULL,
       NULL,
       format('CREATE TYPE %I.%I AS (%s)', n.nspname, t.typname, array_to_string(attributes.each, ', ')),
       -- A table of the type would have to get the column too.
       CASE WHEN NOT EXISTS (SELECT FROM pg_class typed WHERE typed.reloftype = t.oid) THEN
           (SELECT coalesce(string_agg('ADD ATTRIBUTE ' || a.attribute || ', ', '' ORDER BY a.place), '')
            FROM unnest(attributes.each) WITH ORDINALITY AS a (attribute, place)) END,
       p.does,
       p.undoes,
       obj_description(t.oid, 'pg_type'),
       jsonb_build_object('type_name', format_type(t.oid, NULL), 'composite', true, 'columns', attributes.named,
                          'has_array', attributes.has_array)
FROM pg_type t
JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c'
JOIN pg_namespace n ON n.oid = t.typnamespace
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(
               format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod))
               || CASE WHEN a.attcollation <> at.typcollation THEN (
                      SELECT format(' COLLATE %I.%I', cn.nspname, co.collname)
                      FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace
                      WHERE co.oid = a.attcollation) ELSE '' END
               ORDER BY a.attnum), '{}'),
           coalesce(jsonb_agg(jsonb_build_object('name', a.attname, 'data_type', format_type(a.atttypid, a.atttypmod))
                              ORDER BY a.attnum), '[]'),
           coalesce(bool_or(at.typcategory = 'A'), false)
    FROM pg_attribute a JOIN pg_type at ON at.oid = a.atttypid
    WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) attributes (each, named, has_array)
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(x.prefix || quote_literal(x.comment) ORDER BY x.attnum), '{}'),
           coalesce(array_agg(x.prefix || 'NULL' ORDER BY x.attnum), '{}')
    FROM (
        SELECT a.attnum, col_description(c.oid, a.attnum),
               format('COMMENT ON COLUMN %I.%I.%I IS ', n.nspname, t.typname, a.attname)
        FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) x (attnum, comment, prefix)
    WHERE x.comment IS NOT NULL) p (does, undoes)
WHERE n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_type',
       t.oid,
       'TYPE',
       n.nspname::text,
       t.typname::text,
       NULL,
       NULL,
       format('CREATE TYPE %I.%I AS RANGE (SUBTYPE = %s', n.nspname, t.typname, format_type(r.rngsubtype, NULL))
       || CASE WHEN oc.opcdefault THEN '' ELSE format(', SUBTYPE_OPCLASS = %I.%I', ocn.nspname, oc.opcname) END
       || CASE WHEN r.rngcollation <> st.typcollation
               THEN format(', COLLATION = %I.%I', con.nspname, co.collname) ELSE '' END
       || CASE WHEN r.rngsubdiff <> 0 THEN format(', SUBTYPE_DIFF = %s', r.rngsubdiff::regproc) ELSE '' END
       || format(', MULTIRANGE_TYPE_NAME = %I.%I)', mn.nspname, m.typname),
       NULL,
       '{}',
       '{}',
       obj_description(t.oid, 'pg_type'),
       jsonb_build_object('type_name', format_type(t.oid, NULL), 'has_array', st.typcategory = 'A',
                          'range', jsonb_build_object('subtype', format_type(r.rngsubtype, NULL),
                                                      'multirange', format_type(r.rngmultitypid, NULL)))
FROM pg_range r
JOIN pg_type t ON t.oid = r.rngtypid
JOIN pg_namespace n ON n.oid = t.typnamespace
JOIN pg_type m ON m.oid = r.rngmultitypid
JOIN pg_namespace mn ON mn.oid = m.typnamespace
JOIN pg_type st ON st.oid = r.rngsubtype
JOIN pg_opclass oc ON oc.oid = r.rngsubopc
JOIN pg_namespace ocn ON ocn.oid = oc.opcnamespace
LEFT JOIN pg_collation co ON co.oid = r.rngcollation
LEFT JOIN pg_namespace con ON con.oid = co.collnamespace
WHERE r.rngcanonical = 0
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
