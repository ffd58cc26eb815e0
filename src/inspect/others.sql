-- Objects that neither are a relation nor on one.
SELECT 'pg_cast',
       k.oid,
       'CAST',
       n.nspname::text,
       a.address,
       NULL,
       a.address,
       'CREATE CAST ' || a.address
       || CASE k.castmethod WHEN 'f' THEN format(' WITH FUNCTION %s', k.castfunc::regprocedure)
                            WHEN 'i' THEN ' WITH INOUT' ELSE ' WITHOUT FUNCTION' END
       || CASE k.castcontext WHEN 'i' THEN ' AS IMPLICIT' WHEN 'a' THEN ' AS ASSIGNMENT' ELSE '' END,
       NULL,
       '{}'::text[],
       '{}'::text[],
       obj_description(k.oid, 'pg_cast'),
       NULL
FROM pg_cast k
JOIN pg_type s ON s.oid = k.castsource
JOIN pg_type t ON t.oid = k.casttarget
LEFT JOIN pg_proc f ON f.oid = k.castfunc
CROSS JOIN LATERAL (
    SELECT format('(%s AS %s)', format_type(k.castsource, NULL), format_type(k.casttarget, NULL))) a (address)
-- A cast has no schema: it belongs to that of its function, or of one of its types.
JOIN LATERAL (
    SELECT o.nspname
    FROM unnest(ARRAY[f.pronamespace, s.typnamespace, t.typnamespace]) WITH ORDINALITY w (oid, place)
    JOIN pg_namespace o ON o.oid = w.oid
    ORDER BY o.nspname ~ '^pg_', w.place
    LIMIT 1) n ON true
WHERE k.oid >= 16384
  AND NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_cast'::regclass AND e.objid = k.oid AND e.deptype IN ('e', 'i'))
UNION ALL
SELECT 'pg_operator',
       o.oid,
       'OPERATOR',
       n.nspname::text,
       format('%I.%s(%s, %s)', n.nspname, o.oprname,
              CASE WHEN o.oprleft = 0 THEN 'NONE' ELSE format_type(o.oprleft, NULL) END,
              format_type(o.oprright, NULL)),
       NULL,
       format('%I.%s(%s, %s)', n.nspname, o.oprname,
              CASE WHEN o.oprleft = 0 THEN 'NONE' ELSE format_type(o.oprleft, NULL) END,
              format_type(o.oprright, NULL)),
       format('CREATE OPERATOR %I.%s (FUNCTION = %s', n.nspname, o.oprname, o.oprcode)
       || CASE WHEN o.oprleft <> 0 THEN format(', LEFTARG = %s', format_type(o.oprleft, NULL)) ELSE '' END
       || format(', RIGHTARG = %s', format_type(o.oprright, NULL))
       || coalesce(', COMMUTATOR = ' || (
              SELECT format('OPERATOR(%I.%s)', x.nspname, y.oprname)
              FROM pg_operator y JOIN pg_namespace x ON x.oid = y.oprnamespace WHERE y.oid = o.oprcom), '')
       || coalesce(', NEGATOR = ' || (
              SELECT format('OPERATOR(%I.%s)', x.nspname, y.oprname)
              FROM pg_operator y JOIN pg_namespace x ON x.oid = y.oprnamespace WHERE y.oid = o.oprnegate), '')
       || CASE WHEN o.oprrest <> 0 THEN format(', RESTRICT = %s', o.oprrest) ELSE '' END
       || CASE WHEN o.oprjoin <> 0 THEN format(', JOIN = %s', o.oprjoin) ELSE '' END
       || CASE WHEN o.oprcanhash THEN ', HASHES' ELSE '' END
       || CASE WHEN o.oprcanmerge THEN ', MERGES' ELSE '' END
       || ')',
       NULL,
       '{}',
       '{}',
       obj_description(o.oid, 'pg_operator'),
       NULL
FROM pg_operator o
JOIN pg_namespace n ON n.oid = o.oprnamespace
WHERE n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  -- What only another operator names is not one yet.
  AND o.oprcode <> 0
  AND NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_operator'::regclass AND e.objid = o.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_opfamily',
       f.oid,
       'OPERATOR FAMILY',
       n.nspname::text,
       format('%I.%I USING %I', n.nspname, f.opfname, am.amname),
       NULL,
       format('%I.%I USING %I', n.nspname, f.opfname, am.amname),
       format('CREATE OPERATOR FAMILY %I.%I USING %I', n.nspname, f.opfname, am.amname),
       NULL,
       p.does,
       p.undoes,
       obj_description(f.oid, 'pg_opfamily'),
       jsonb_build_object('additions', true)
FROM pg_opfamily f
JOIN pg_namespace n ON n.oid = f.opfnamespace
JOIN pg_am am ON am.oid = f.opfmethod
CROSS JOIN LATERAL (
    -- What is loose in the family; the rest belongs to a class.
    SELECT coalesce(array_agg(concat_ws(' ', p.prefix, 'ADD', m.what, m.number, m.rest) ORDER BY m.place), '{}'),
           coalesce(array_agg(concat_ws(' ', p.prefix, 'DROP', m.what, m.number, m.types) ORDER BY m.place), '{}')
    FROM (SELECT format('ALTER OPERATOR FAMILY %I.%I USING %I', n.nspname, f.opfname, am.amname)) p (prefix), (
        SELECT (100 + o.amopstrategy, t.types), 'OPERATOR', o.amopstrategy, t.types,
               o.amopopr::regoperator::text || coalesce((
                   SELECT format(' FOR ORDER BY %I.%I', sn.nspname, s.opfname)
                   FROM pg_opfamily s
                   JOIN pg_namespace sn ON sn.oid = s.opfnamespace
                   WHERE s.oid = o.amopsortfamily), '')
        FROM pg_depend d
        JOIN pg_amop o ON o.oid = d.objid
        CROSS JOIN LATERAL (
            SELECT format('(%s, %s)', format_type(o.amoplefttype, NULL), format_type(o.amoprighttype, NULL))) t (types)
        WHERE d.classid = 'pg_amop'::regclass AND d.refclassid = 'pg_opfamily'::regclass AND d.refobjid = f.oid
        UNION ALL
        SELECT (0 + o.amprocnum, t.types), 'FUNCTION', o.amprocnum, t.types, t.types || ' ' || o.amproc::regprocedure
        FROM pg_depend d
        JOIN pg_amproc o ON o.oid = d.objid
        CROSS JOIN LATERAL (
            SELECT format('(%s, %s)', format_type(o.amproclefttype, NULL), format_type(o.amprocrighttype, NULL))
        ) t (types)
        WHERE d.classid = 'pg_amproc'::regclass AND d.refclassid = 'pg_opfamily'::regclass AND d.refobjid = f.oid
    ) m (place, what, number, types, rest)) p (does, undoes)
WHERE n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_opfamily'::regclass AND e.objid = f.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_opclass',
       c.oid,
       'OPERATOR CLASS',
       n.nspname::text,
       format('%I.%I USING %I', n.nspname, c.opcname, am.amname),
       NULL,
       format('%I.%I USING %I', n.nspname, c.opcname, am.amname),
       format('CREATE OPERATOR CLASS %I.%I%s FOR TYPE %s USING %I FAMILY %I.%I AS %s', n.nspname, c.opcname,
              CASE WHEN c.opcdefault THEN ' DEFAULT' ELSE '' END, format_type(c.opcintype, NULL), am.amname,
              fn.nspname, f.opfname,
              concat_ws(', ', CASE WHEN c.opckeytype <> 0 OR m.members IS NULL THEN format('STORAGE %s',
                  format_type(coalesce(nullif(c.opckeytype, 0), c.opcintype), NULL)) END, m.members)),
       NULL,
       '{}',
       '{}',
       obj_description(c.oid, 'pg_opclass'),
       NULL
FROM pg_opclass c
JOIN pg_namespace n ON n.oid = c.opcnamespace
JOIN pg_am am ON am.oid = c.opcmethod
JOIN pg_opfamily f ON f.oid = c.opcfamily
JOIN pg_namespace fn ON fn.oid = f.opfnamespace
CROSS JOIN LATERAL (
    SELECT string_agg(m.what || ' ' || m.number || ' ' || m.rest, ', ' ORDER BY m.what DESC, m.number, m.rest)
    FROM (
        SELECT 'OPERATOR', o.amopstrategy, o.amopopr::regoperator::text || coalesce((
                   SELECT format(' FOR ORDER BY %I.%I', sn.nspname, s.opfname)
                   FROM pg_opfamily s
                   JOIN pg_namespace sn ON sn.oid = s.opfnamespace
                   WHERE s.oid = o.amopsortfamily), '')
        FROM pg_depend d
        JOIN pg_amop o ON o.oid = d.objid
        WHERE d.classid = 'pg_amop'::regclass AND d.refclassid = 'pg_opclass'::regclass AND d.refobjid = c.oid
        UNION ALL
        SELECT 'FUNCTION', o.amprocnum,
               format('(%s, %s) %s', format_type(o.amproclefttype, NULL), format_type(o.amprocrighttype, NULL),
                      o.amproc::regprocedure)
        FROM pg_depend d
        JOIN pg_amproc o ON o.oid = d.objid
        WHERE d.classid = 'pg_amproc'::regclass AND d.refclassid = 'pg_opclass'::regclass AND d.refobjid = c.oid
    ) m (what, number, rest)) m (members)
WHERE n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_opclass'::regclass AND e.objid = c.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_collation',
       c.oid,
       'COLLATION',
       n.nspname::text,
       c.collname::text,
       NULL,
       NULL,
       format('CREATE COLLATION %I.%I (', n.nspname, c.collname)
       || CASE c.collprovider
              WHEN 'c' THEN format('LC_COLLATE = %L, LC_CTYPE = %L', c.collcollate, c.collctype)
              WHEN 'i' THEN format('PROVIDER = icu, LOCALE = %L', l.locale)
              ELSE format('PROVIDER = builtin, LOCALE = %L', l.locale)
          END
       || coalesce(', RULES = ' || quote_literal(l.rules), '')
       || CASE WHEN c.collisdeterministic THEN '' ELSE ', DETERMINISTIC = false' END
       || ')',
       NULL,
       '{}',
       '{}',
       obj_description(c.oid, 'pg_collation'),
       jsonb_build_object('nondeterministic', NOT c.collisdeterministic)
FROM pg_collation c
JOIN pg_namespace n ON n.oid = c.collnamespace
-- The column that holds the locale has another name in each version of Postgres: collcollate before 15.
CROSS JOIN LATERAL (
    SELECT coalesce(j ->> 'colllocale', j ->> 'colliculocale', j ->> 'collcollate'), j ->> 'collicurules'
    FROM to_jsonb(c) j) l (locale, rules)
WHERE n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_collation'::regclass AND e.objid = c.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_conversion',
       c.oid,
       'CONVERSION',
       n.nspname::text,
       c.conname::text,
       NULL,
       NULL,
       format('CREATE %sCONVERSION %I.%I FOR %L TO %L FROM %s', CASE WHEN c.condefault THEN 'DEFAULT ' ELSE '' END,
              n.nspname, c.conname, pg_encoding_to_char(c.conforencoding), pg_encoding_to_char(c.contoencoding),
              c.conproc),
       NULL,
       '{}',
       '{}',
       obj_description(c.oid, 'pg_conversion'),
       NULL
FROM pg_conversion c
JOIN pg_namespace n ON n.oid = c.connamespace
WHERE n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_conversion'::regclass AND e.objid = c.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_ts_parser',
       p.oid,
       'TEXT SEARCH PARSER',
       n.nspname::text,
       p.prsname::text,
       NULL,
       NULL,
       format('CREATE TEXT SEARCH PARSER %I.%I (START = %s, GETTOKEN = %s, END = %s, LEXTYPES = %s%s)',
              n.nspname, p.prsname, p.prsstart, p.prstoken, p.prsend, p.prslextype,
              CASE WHEN p.prsheadline <> 0 THEN format(', HEADLINE = %s', p.prsheadline) ELSE '' END),
       NULL,
       '{}',
       '{}',
       obj_description(p.oid, 'pg_ts_parser'),
       NULL
FROM pg_ts_parser p
JOIN pg_namespace n ON n.oid = p.prsnamespace
WHERE n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_ts_parser'::regclass AND e.objid = p.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_ts_template',
       t.oid,
       'TEXT SEARCH TEMPLATE',
       n.nspname::text,
       t.tmplname::text,
       NULL,
       NULL,
       format('CREATE TEXT SEARCH TEMPLATE %I.%I (%sLEXIZE = %s)', n.nspname, t.tmplname,
              CASE WHEN t.tmplinit <> 0 THEN format('INIT = %s, ', t.tmplinit) ELSE '' END, t.tmpllexize),
       NULL,
       '{}',
       '{}',
       obj_description(t.oid, 'pg_ts_template'),
       NULL
FROM pg_ts_template t
JOIN pg_namespace n ON n.oid = t.tmplnamespace
WHERE n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_ts_template'::regclass AND e.objid = t.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_ts_dict',
       d.oid,
       'TEXT SEARCH DICTIONARY',
       n.nspname::text,
       d.dictname::text,
       NULL,
       NULL,
       format('CREATE TEXT SEARCH DICTIONARY %I.%I (TEMPLATE = %I.%I%s)', n.nspname, d.dictname,
              tn.nspname, t.tmplname, coalesce(', ' || d.dictinitoption, '')),
       NULL,
       '{}',
       '{}',
       obj_description(d.oid, 'pg_ts_dict'),
       NULL
FROM pg_ts_dict d
JOIN pg_namespace n ON n.oid = d.dictnamespace
JOIN pg_ts_template t ON t.oid = d.dicttemplate
JOIN pg_namespace tn ON tn.oid = t.tmplnamespace
WHERE n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_ts_dict'::regclass AND e.objid = d.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_ts_config',
       c.oid,
       'TEXT SEARCH CONFIGURATION',
       n.nspname::text,
       c.cfgname::text,
       NULL,
       NULL,
       format('CREATE TEXT SEARCH CONFIGURATION %I.%I (PARSER = %I.%I)', n.nspname, c.cfgname, pn.nspname, p.prsname),
       NULL,
       m.does,
       m.undoes,
       obj_description(c.oid, 'pg_ts_config'),
       jsonb_build_object('additions', true)
FROM pg_ts_config c
JOIN pg_namespace n ON n.oid = c.cfgnamespace
JOIN pg_ts_parser p ON p.oid = c.cfgparser
JOIN pg_namespace pn ON pn.oid = p.prsnamespace
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(format('ALTER TEXT SEARCH CONFIGURATION %I.%I ADD MAPPING FOR %I WITH %s',
                                     n.nspname, c.cfgname, m.alias, m.dictionaries) ORDER BY m.tokid), '{}'),
           coalesce(array_agg(format('ALTER TEXT SEARCH CONFIGURATION %I.%I DROP MAPPING FOR %I',
                                     n.nspname, c.cfgname, m.alias) ORDER BY m.tokid), '{}')
    FROM (
        SELECT t.tokid, t.alias, string_agg(format('%I.%I', dn.nspname, d.dictname), ', ' ORDER BY x.mapseqno)
        FROM pg_ts_config_map x
        JOIN ts_token_type(c.cfgparser) t ON t.tokid = x.maptokentype
        JOIN pg_ts_dict d ON d.oid = x.mapdict
        JOIN pg_namespace dn ON dn.oid = d.dictnamespace
        WHERE x.mapcfg = c.oid
        GROUP BY t.tokid, t.alias) m (tokid, alias, dictionaries)) m (does, undoes)
WHERE n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_ts_config'::regclass AND e.objid = c.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_transform',
       t.oid,
       'TRANSFORM',
       n.nspname::text,
       a.address,
       NULL,
       a.address,
       format('CREATE TRANSFORM %s (%s)', a.address, concat_ws(', ',
              CASE WHEN t.trffromsql <> 0 THEN format('FROM SQL WITH FUNCTION %s', t.trffromsql::regprocedure) END,
              CASE WHEN t.trftosql <> 0 THEN format('TO SQL WITH FUNCTION %s', t.trftosql::regprocedure) END)),
       NULL,
       '{}',
       '{}',
       obj_description(t.oid, 'pg_transform'),
       NULL
FROM pg_transform t
JOIN pg_language l ON l.oid = t.trflang
JOIN pg_proc f ON f.oid = coalesce(nullif(t.trffromsql, 0), t.trftosql)
JOIN pg_namespace n ON n.oid = f.pronamespace
CROSS JOIN LATERAL (SELECT format('FOR %s LANGUAGE %I', format_type(t.trftype, NULL), l.lanname)) a (address)
WHERE n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_transform'::regclass AND e.objid = t.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_event_trigger',
       v.oid,
       'EVENT TRIGGER',
       n.nspname::text,
       format('%I', v.evtname),
       NULL,
       format('%I', v.evtname),
       format('CREATE EVENT TRIGGER %I ON %s%s EXECUTE FUNCTION %I.%I()', v.evtname, v.evtevent,
              (SELECT ' WHEN TAG IN (' || string_agg(quote_literal(t.tag), ', ' ORDER BY t.place) || ')'
               FROM unnest(v.evttags) WITH ORDINALITY t (tag, place)),
              n.nspname, f.proname),
       NULL,
       CASE WHEN v.evtenabled = 'O' THEN '{}'::text[] ELSE ARRAY[format('ALTER EVENT TRIGGER %I %s', v.evtname,
           CASE v.evtenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END)] END,
       CASE WHEN v.evtenabled = 'O' THEN '{}'::text[]
            ELSE ARRAY[format('ALTER EVENT TRIGGER %I ENABLE', v.evtname)] END,
       obj_description(v.oid, 'pg_event_trigger'),
       NULL
FROM pg_event_trigger v
JOIN pg_proc f ON f.oid = v.evtfoid
JOIN pg_namespace n ON n.oid = f.pronamespace
WHERE n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_event_trigger'::regclass AND e.objid = v.oid AND e.deptype = 'e')
