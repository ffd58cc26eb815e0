-- Foreign-data wrappers, servers and foreign tables. The parts of a definition have statements of their own.
(WITH option (class, oid, number, said, parts) AS (
    SELECT f.class, f.oid, f.number,
           string_agg(format('%I %L', o.name, o.said), ', ' ORDER BY o.name),
           jsonb_agg(jsonb_build_object(
               'does', format('%s OPTIONS (ADD %I %L)', f.alter, o.name, o.said),
               'undoes', format('%s OPTIONS (DROP %I)', f.alter, o.name),
               'changes', format('%s OPTIONS (SET %I %L)', f.alter, o.name, o.said),
               'property', CASE WHEN o.is_secret THEN jsonb_build_object('placeholder', o.name) ELSE '"other"' END)
               ORDER BY o.name)
    FROM (
        SELECT 'pg_foreign_data_wrapper'::regclass, oid, 0, format('ALTER FOREIGN DATA WRAPPER %I', fdwname), fdwoptions
        FROM pg_foreign_data_wrapper
        UNION ALL
        SELECT 'pg_foreign_server'::regclass, oid, 0, format('ALTER SERVER %I', srvname), srvoptions
        FROM pg_foreign_server
        UNION ALL
        SELECT 'pg_foreign_table'::regclass, c.oid, 0, format('ALTER FOREIGN TABLE %I.%I', n.nspname, c.relname),
               t.ftoptions
        FROM pg_foreign_table t
        JOIN pg_class c ON c.oid = t.ftrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        UNION ALL
        SELECT 'pg_foreign_table'::regclass, c.oid, a.attnum,
               format('ALTER FOREIGN TABLE %I.%I ALTER COLUMN %I', n.nspname, c.relname, a.attname), a.attfdwoptions
        FROM pg_foreign_table t
        JOIN pg_class c ON c.oid = t.ftrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    ) f (class, oid, number, alter, options)
    CROSS JOIN LATERAL (
        -- Whoever may connect may read these. Still, what is named like a secret is read into no plan.
        SELECT o.option_name, k.is_secret, CASE WHEN k.is_secret THEN 'set by hand' ELSE o.option_value END
        FROM pg_options_to_table(f.options) o
        CROSS JOIN LATERAL (
            SELECT o.option_name ~* 'passw|passphrase|secret|token|credential|(access|api|private|ssl)_?key'
        ) k (is_secret)) o (name, is_secret, said)
    GROUP BY f.class, f.oid, f.number)
SELECT 'pg_foreign_data_wrapper',
       w.oid,
       'FOREIGN DATA WRAPPER',
       '',
       w.fdwname::text,
       NULL,
       quote_ident(w.fdwname),
       concat_ws(' ', 'CREATE FOREIGN DATA WRAPPER', quote_ident(w.fdwname), 'HANDLER ' || f.handler,
                 'VALIDATOR ' || f.validator, 'OPTIONS (' || o.said || ')'),
       '',
       '{}'::text[],
       '{}'::text[],
       obj_description(w.oid, 'pg_foreign_data_wrapper'),
       jsonb_build_object('parts', f.parts || coalesce(o.parts, '[]'))
FROM pg_foreign_data_wrapper w
CROSS JOIN LATERAL (SELECT format('ALTER FOREIGN DATA WRAPPER %I', w.fdwname)) a (alter)
CROSS JOIN LATERAL (
    SELECT max(f.name) FILTER (WHERE f.word = 'HANDLER'),
           max(f.name) FILTER (WHERE f.word = 'VALIDATOR'),
           coalesce(jsonb_agg(jsonb_build_object('does', concat_ws(' ', a.alter, f.word, f.name),
                                                 'undoes', concat_ws(' ', a.alter, 'NO', f.word)) ORDER BY f.word)
                    FILTER (WHERE f.name IS NOT NULL), '[]')
    FROM (VALUES ('HANDLER', nullif(w.fdwhandler, 0)::regproc::text),
                 ('VALIDATOR', nullif(w.fdwvalidator, 0)::regproc::text)) f (word, name)) f (handler, validator, parts)
LEFT JOIN option o ON (o.class, o.oid, o.number) = ('pg_foreign_data_wrapper'::regclass, w.oid, 0)
WHERE NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_foreign_data_wrapper'::regclass AND e.objid = w.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_foreign_server',
       s.oid,
       'SERVER',
       '',
       s.srvname::text,
       NULL,
       quote_ident(s.srvname),
       concat_ws(' ', 'CREATE SERVER', quote_ident(s.srvname), 'TYPE ' || quote_literal(s.srvtype),
                 'VERSION ' || quote_literal(s.srvversion), 'FOREIGN DATA WRAPPER', quote_ident(w.fdwname),
                 'OPTIONS (' || o.said || ')'),
       -- Neither can be changed.
       format(E'%I TYPE %L\n', w.fdwname, s.srvtype),
       '{}',
       '{}',
       obj_description(s.oid, 'pg_foreign_server'),
       jsonb_build_object('parts', CASE WHEN s.srvversion IS NULL THEN '[]'::jsonb ELSE jsonb_build_array(
           jsonb_build_object('does', format('%s VERSION %L', a.alter, s.srvversion),
                              'undoes', a.alter || ' VERSION NULL')) END || coalesce(o.parts, '[]'))
FROM pg_foreign_server s
JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
CROSS JOIN LATERAL (SELECT format('ALTER SERVER %I', s.srvname)) a (alter)
LEFT JOIN option o ON (o.class, o.oid, o.number) = ('pg_foreign_server'::regclass, s.oid, 0)
WHERE NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_foreign_server'::regclass AND e.objid = s.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_class',
       c.oid,
       'FOREIGN TABLE',
       n.nspname::text,
       c.relname::text,
       NULL,
       NULL,
       concat_ws(' ', 'CREATE FOREIGN TABLE', a.name,
                 CASE WHEN c.relispartition
                      THEN concat_ws(' ', 'PARTITION OF', parents.said, E'(\n    ' || checks.said || E'\n)',
                                     pg_get_expr(c.relpartbound, c.oid))
                      ELSE coalesce(E'(\n    ' || nullif(concat_ws(E',\n    ', columns.said, checks.said), '')
                                    || E'\n)', '()')
                           || coalesce(' INHERITS (' || parents.said || ')', '') END,
                 'SERVER', quote_ident(s.srvname), 'OPTIONS (' || o.said || ')'),
       -- What cannot be changed, or not while others use it: new columns come behind the others.
       format(E'%I %s %s\n', s.srvname, coalesce(parents.said, ''), coalesce(pg_get_expr(c.relpartbound, c.oid), ''))
       || columns.fixed,
       columns.does,
       columns.undoes,
       obj_description(c.oid, 'pg_class'),
       jsonb_build_object(
           'properties', columns.properties,
           'parts', columns.parts || checks.parts || coalesce(o.parts, '[]'),
           'columns', (
               SELECT coalesce(jsonb_agg(jsonb_build_object('name', a.attname,
                                                            'data_type', format_type(a.atttypid, a.atttypmod))
                                         ORDER BY a.attnum), '[]')
               FROM pg_attribute a
               WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped))
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_foreign_table f ON f.ftrelid = c.oid
JOIN pg_foreign_server s ON s.oid = f.ftserver
CROSS JOIN LATERAL (
    SELECT format('%I.%I', n.nspname, c.relname), format('ALTER FOREIGN TABLE %I.%I', n.nspname, c.relname)
) a (name, alter)
CROSS JOIN LATERAL (
    SELECT string_agg(format('%I.%I', pn.nspname, p.relname), ', ' ORDER BY i.inhseqno)
    FROM pg_inherits i
    JOIN pg_class p ON p.oid = i.inhparent
    JOIN pg_namespace pn ON pn.oid = p.relnamespace
    WHERE i.inhrelid = c.oid) parents (said)
CROSS JOIN LATERAL (
    SELECT string_agg(concat_ws(' ', x.bare, 'OPTIONS (' || x.options || ')', x.coll, x.generated,
                                x.default_value, x.required), E',\n    ' ORDER BY x.attnum) FILTER (WHERE p.place = 0),
           coalesce(string_agg(concat_ws(' ', x.bare, x.coll, x.generated) || E'\n', '' ORDER BY x.attnum)
                    FILTER (WHERE p.place = 0), ''),
           coalesce(jsonb_agg(p.part ORDER BY p.place > 0, x.attnum, p.place)
                    FILTER (WHERE x.own AND p.place < 10), '[]'),
           coalesce(array_agg(p.part ->> 'does' ORDER BY x.attnum, p.place)
                    FILTER (WHERE p.place >= 10 OR NOT x.own AND p.part IS NOT NULL), '{}'),
           coalesce(array_agg(p.part ->> 'undoes' ORDER BY x.attnum, p.place)
                    FILTER (WHERE p.place >= 10 OR NOT x.own AND p.part IS NOT NULL), '{}'),
           -- An option is added or dropped.
           coalesce(jsonb_agg(CASE p.place WHEN 3 THEN 'addition' ELSE 'other' END ORDER BY x.attnum, p.place)
                    FILTER (WHERE p.place >= 10 OR NOT x.own AND p.part IS NOT NULL), '[]')
    FROM (
        SELECT a.attnum, a.attislocal AND NOT c.relispartition, quote_ident(a.attname),
               format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)),
               'COLLATE ' || CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END,
               CASE WHEN a.attgenerated <> '' THEN format('GENERATED ALWAYS AS (%s) %s', e.text,
                    CASE a.attgenerated WHEN 's' THEN 'STORED' ELSE 'VIRTUAL' END) END,
               CASE WHEN a.attgenerated = '' THEN 'DEFAULT ' || e.text END,
               CASE WHEN a.attnotnull THEN 'NOT NULL' END,
               o.said, o.parts
        FROM pg_attribute a
        JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        LEFT JOIN option o ON (o.class, o.oid, o.number) = ('pg_foreign_table'::regclass, c.oid, a.attnum)
        CROSS JOIN LATERAL (SELECT pg_get_expr(d.adbin, d.adrelid)) e (text)
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    ) x (attnum, own, name, bare, coll, generated, default_value, required, options, option_parts)
    CROSS JOIN LATERAL (SELECT format('%s ALTER COLUMN %s', a.alter, x.name)) q (alter)
    LEFT JOIN LATERAL (
        -- What a column has of its parents comes with it.
        SELECT bool_or(pa.attnotnull), max(pg_get_expr(pd.adbin, pd.adrelid))
        FROM pg_inherits i
        JOIN pg_attribute pa ON pa.attrelid = i.inhparent AND quote_ident(pa.attname) = x.name AND NOT pa.attisdropped
        LEFT JOIN pg_attrdef pd ON pd.adrelid = pa.attrelid AND pd.adnum = pa.attnum
        WHERE i.inhrelid = c.oid AND NOT x.own) parent (required, default_value) ON true
    LEFT JOIN LATERAL (
        SELECT 0, jsonb_build_object('does', concat_ws(' ', a.alter, 'ADD COLUMN', x.bare, x.coll, x.generated),
                                     'undoes', format('%s DROP COLUMN %s', a.alter, x.name))
        WHERE x.own
        UNION ALL
        SELECT 1, jsonb_build_object('does', format('%s SET NOT NULL', q.alter),
                                     'undoes', format('%s DROP NOT NULL', q.alter))
        WHERE x.required IS NOT NULL AND parent.required IS NOT TRUE
        UNION ALL
        SELECT 2, jsonb_build_object('does', format('%s SET %s', q.alter, x.default_value),
                                     'undoes', coalesce(format('%s SET DEFAULT ', q.alter) || parent.default_value,
                                                        format('%s DROP DEFAULT', q.alter)))
        WHERE x.default_value <> coalesce('DEFAULT ' || parent.default_value, '')
        UNION ALL
        SELECT 2, jsonb_build_object('does', format('%s DROP DEFAULT', q.alter),
                                     'undoes', format('%s SET DEFAULT %s', q.alter, parent.default_value))
        WHERE x.default_value IS NULL AND x.generated IS NULL AND parent.default_value IS NOT NULL
        UNION ALL
        SELECT 3, part FROM jsonb_array_elements(x.option_parts) o (part)
        UNION ALL
        SELECT 10, jsonb_build_object('does', format('%s SET STATISTICS %s', q.alter, a.attstattarget),
                                      'undoes', format('%s SET STATISTICS -1', q.alter))
        FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum = x.attnum AND a.attstattarget >= 0
        UNION ALL
        SELECT 11, jsonb_build_object('does', format('%s SET (%s)', q.alter, o.said),
                                      'undoes', format('%s RESET (%s)', q.alter, o.names))
        FROM pg_attribute a
        CROSS JOIN LATERAL (
            SELECT string_agg(u, ', ' ORDER BY u), string_agg(split_part(u, '=', 1), ', ' ORDER BY u)
            FROM unnest(a.attoptions) u) o (said, names)
        WHERE a.attrelid = c.oid AND a.attnum = x.attnum AND o.said IS NOT NULL
        UNION ALL
        SELECT 12, jsonb_build_object('does', format('COMMENT ON COLUMN %s.%s IS %L', a.name, x.name, m.comment),
                                      'undoes', format('COMMENT ON COLUMN %s.%s IS NULL', a.name, x.name))
        FROM (SELECT col_description(c.oid, x.attnum)) m (comment)
        WHERE m.comment IS NOT NULL) p (place, part) ON true) columns (said, fixed, parts, does, undoes, properties)
CROSS JOIN LATERAL (
    SELECT string_agg(format('CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid)), E',\n    ' ORDER BY k.conname),
           coalesce(jsonb_agg(jsonb_build_object(
               'does', format('%s ADD CONSTRAINT %I %s', a.alter, k.conname, pg_get_constraintdef(k.oid)),
               'undoes', format('%s DROP CONSTRAINT %I', a.alter, k.conname),
               'property', 'addition') ORDER BY k.conname), '[]')
    FROM pg_constraint k
    WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.conislocal) checks (said, parts)
LEFT JOIN option o ON (o.class, o.oid, o.number) = ('pg_foreign_table'::regclass, c.oid, 0)
WHERE n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e'))
