SELECT 'pg_class',
       c.oid,
       k.word,
       n.nspname::text,
       c.relname::text,
       NULL,
       NULL,
       format(
           'CREATE %s %I.%I%s AS%s%s',
           k.word, n.nspname, c.relname,
           (SELECT ' WITH (' || string_agg(o, ', ' ORDER BY o) || ')' FROM (
               SELECT unnest(c.reloptions)
               UNION ALL
               SELECT 'toast.' || unnest(t.reloptions) FROM pg_class t WHERE t.oid = c.reltoastrelid) o (o)),
           E'\n', rtrim(pg_get_viewdef(c.oid), ';')),
       -- A view can be replaced by one that has the same columns, and perhaps more behind them; of a materialized one the
       -- storage parameters can be set where the query is the same.
       CASE WHEN c.relkind = 'm' THEN pg_get_viewdef(c.oid) ELSE (
           SELECT coalesce(string_agg(format(E'%I %s %s\n', a.attname, format_type(a.atttypid, a.atttypmod),
                                             a.attcollation::regcollation), '' ORDER BY a.attnum), '')
           FROM pg_attribute a
           WHERE a.attrelid = c.oid AND a.attnum > 0) END,
       p.does,
       p.undoes,
       obj_description(c.oid, 'pg_class'),
       jsonb_build_object('options', (
           SELECT coalesce(jsonb_agg(o ORDER BY o), '[]') FROM (
               SELECT unnest(c.reloptions)
               UNION ALL
               SELECT 'toast.' || unnest(t.reloptions) FROM pg_class t WHERE t.oid = c.reltoastrelid) o (o)
           WHERE c.relkind = 'm'), 'columns', (
           SELECT coalesce(jsonb_agg(jsonb_build_object('name', a.attname,
                                                        'data_type', format_type(a.atttypid, a.atttypmod))
                                     ORDER BY a.attnum), '[]')
           FROM pg_attribute a
           WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped))
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (SELECT CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END) k (word)
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(x.does ORDER BY x.rank, x.attnum), '{}'),
           coalesce(array_agg(x.undoes ORDER BY x.rank, x.attnum), '{}')
    FROM pg_attribute a
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    CROSS JOIN LATERAL (
        SELECT format('ALTER %s %I.%I ALTER COLUMN %I ', k.word, n.nspname, c.relname, a.attname),
               format('COMMENT ON COLUMN %I.%I.%I IS ', n.nspname, c.relname, a.attname)) q (alter, comment)
    CROSS JOIN LATERAL (
        SELECT 1, a.attnum, q.alter || 'SET DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), q.alter || 'DROP DEFAULT'
        WHERE d.oid IS NOT NULL
        UNION ALL
        SELECT 2, a.attnum, q.alter || 'SET STATISTICS ' || a.attstattarget, q.alter || 'SET STATISTICS -1'
        WHERE c.relkind = 'm' AND a.attstattarget >= 0
        UNION ALL
        SELECT 3, a.attnum, q.alter || 'SET STORAGE ' || s.word, q.alter || 'SET STORAGE ' || own.word
        FROM (VALUES ('p', 'PLAIN'), ('e', 'EXTERNAL'), ('x', 'EXTENDED'), ('m', 'MAIN')) s (letter, word),
             (VALUES ('p', 'PLAIN'), ('e', 'EXTERNAL'), ('x', 'EXTENDED'), ('m', 'MAIN')) own (letter, word)
        WHERE c.relkind = 'm' AND a.attstorage <> t.typstorage
          AND s.letter = a.attstorage::text AND own.letter = t.typstorage::text
        UNION ALL
        SELECT 4, a.attnum, q.alter || 'SET COMPRESSION ' || CASE a.attcompression WHEN 'p' THEN 'pglz' ELSE 'lz4' END,
               q.alter || 'SET COMPRESSION default'
        WHERE c.relkind = 'm' AND a.attcompression <> ''
        UNION ALL
        SELECT 5, a.attnum, q.comment || quote_literal(col_description(c.oid, a.attnum)), q.comment || 'NULL'
        WHERE col_description(c.oid, a.attnum) IS NOT NULL) x (rank, attnum, does, undoes)
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) p (does, undoes)
WHERE c.relkind IN ('v', 'm')
  AND c.relpersistence <> 't'
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
