SELECT 'pg_proc',
       p.oid,
       CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END,
       n.nspname::text,
       p.proname::text,
       NULL,
       format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)),
       rtrim(pg_get_functiondef(p.oid), E'\n'),
       concat_ws(' ', p.prokind, pg_get_function_result(p.oid), pg_get_function_arguments(p.oid)) || E'\n',
       '{}'::text[],
       '{}'::text[],
       obj_description(p.oid, 'pg_proc'),
       jsonb_build_object('schema', n.nspname, 'called', n.nspname || '.' || p.proname,
                          'result', pg_get_function_result(p.oid), 'volatile', p.provolatile = 'v')
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.prokind IN ('f', 'p', 'w')
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  -- The functions that make a range are the range's own.
  AND NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype IN ('e', 'i'))
UNION ALL
SELECT 'pg_proc',
       p.oid,
       'AGGREGATE',
       n.nspname::text,
       p.proname::text,
       NULL,
       format('%I.%I(%s)', n.nspname, p.proname, coalesce((
           SELECT string_agg(format_type(u.t, NULL), ', ' ORDER BY u.place)
           FROM unnest(p.proargtypes) WITH ORDINALITY u (t, place)), '*')),
       format('CREATE OR REPLACE AGGREGATE %I.%I(%s) (SFUNC = %s, STYPE = %s', n.nspname, p.proname,
              CASE WHEN p.pronargs = 0 THEN '*' ELSE pg_get_function_arguments(p.oid) END,
              a.aggtransfn, format_type(a.aggtranstype, NULL))
       || CASE WHEN a.aggtransspace <> 0 THEN format(', SSPACE = %s', a.aggtransspace) ELSE '' END
       || CASE WHEN a.aggfinalfn <> 0 THEN format(', FINALFUNC = %s', a.aggfinalfn) ELSE '' END
       || CASE WHEN a.aggfinalextra THEN ', FINALFUNC_EXTRA' ELSE '' END
       -- What an ordered-set aggregate may modify by itself, another one may not.
       || CASE WHEN a.aggfinalfn <> 0 AND a.aggfinalmodify::text <> CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END
               THEN ', FINALFUNC_MODIFY = ' || m.word ELSE '' END
       || CASE WHEN a.aggcombinefn <> 0 THEN format(', COMBINEFUNC = %s', a.aggcombinefn) ELSE '' END
       || CASE WHEN a.aggserialfn <> 0 THEN format(', SERIALFUNC = %s', a.aggserialfn) ELSE '' END
       || CASE WHEN a.aggdeserialfn <> 0 THEN format(', DESERIALFUNC = %s', a.aggdeserialfn) ELSE '' END
       || coalesce(', INITCOND = ' || quote_literal(a.agginitval), '')
       || CASE WHEN a.aggmtransfn <> 0 THEN format(', MSFUNC = %s, MINVFUNC = %s, MSTYPE = %s',
              a.aggmtransfn, a.aggminvtransfn, format_type(a.aggmtranstype, NULL)) ELSE '' END
       || CASE WHEN a.aggmtransspace <> 0 THEN format(', MSSPACE = %s', a.aggmtransspace) ELSE '' END
       || CASE WHEN a.aggmfinalfn <> 0 THEN format(', MFINALFUNC = %s', a.aggmfinalfn) ELSE '' END
       || CASE WHEN a.aggmfinalextra THEN ', MFINALFUNC_EXTRA' ELSE '' END
       || CASE WHEN a.aggmfinalfn <> 0 AND a.aggmfinalmodify <> 'r' THEN ', MFINALFUNC_MODIFY = ' || mm.word ELSE '' END
       || coalesce(', MINITCOND = ' || quote_literal(a.aggminitval), '')
       || CASE WHEN a.aggsortop <> 0 THEN (
              SELECT format(', SORTOP = OPERATOR(%I.%s)', s.nspname, o.oprname)
              FROM pg_operator o JOIN pg_namespace s ON s.oid = o.oprnamespace WHERE o.oid = a.aggsortop) ELSE '' END
       || CASE p.proparallel WHEN 's' THEN ', PARALLEL = SAFE' WHEN 'r' THEN ', PARALLEL = RESTRICTED' ELSE '' END
       || CASE a.aggkind WHEN 'h' THEN ', HYPOTHETICAL' ELSE '' END
       || ')',
       concat_ws(' ', a.aggkind, pg_get_function_result(p.oid), pg_get_function_arguments(p.oid)) || E'\n',
       '{}',
       '{}',
       obj_description(p.oid, 'pg_proc'),
       jsonb_build_object('schema', n.nspname, 'called', n.nspname || '.' || p.proname,
                          'result', pg_get_function_result(p.oid), 'volatile', p.provolatile = 'v')
FROM pg_aggregate a
JOIN pg_proc p ON p.oid = a.aggfnoid
JOIN pg_namespace n ON n.oid = p.pronamespace
CROSS JOIN LATERAL (
    SELECT CASE a.aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END) m (word)
CROSS JOIN LATERAL (
    SELECT CASE a.aggmfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END) mm (word)
WHERE n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')
