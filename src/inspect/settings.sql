-- Properties of a table's parts that have statements of their own: what it is, the table, the part; the statement and
-- what takes it back; what it can replace; and what it is a property of.
SELECT 'replica identity',
       n.nspname::text,
       c.relname::text,
       '',
       format('ALTER TABLE %I.%I REPLICA IDENTITY %s', n.nspname, c.relname, CASE c.relreplident
           WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING' ELSE 'USING INDEX ' || quote_ident(x.relname) END),
       format('ALTER TABLE %I.%I REPLICA IDENTITY DEFAULT', n.nspname, c.relname),
       '',
       'pg_class',
       coalesce(x.oid, c.oid),
       0
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisreplident AND c.relreplident = 'i'
LEFT JOIN pg_class x ON x.oid = i.indexrelid
WHERE c.relkind IN ('r', 'p')
  AND c.relpersistence <> 't'
  AND (c.relreplident IN ('f', 'n') OR x.oid IS NOT NULL)
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
UNION ALL
SELECT 'CLUSTER mark',
       n.nspname::text,
       c.relname::text,
       '',
       format('ALTER TABLE %I.%I CLUSTER ON %I', n.nspname, c.relname, x.relname),
       format('ALTER TABLE %I.%I SET WITHOUT CLUSTER', n.nspname, c.relname),
       '',
       'pg_class',
       x.oid,
       0
FROM pg_index i
JOIN pg_class x ON x.oid = i.indexrelid
JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE i.indisclustered
  AND c.relpersistence <> 't'
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
UNION ALL
SELECT 'options',
       n.nspname::text,
       c.relname::text,
       a.attname::text,
       format('ALTER TABLE %I.%I ALTER COLUMN %I SET (%s)', n.nspname, c.relname, a.attname, o.said),
       format('ALTER TABLE %I.%I ALTER COLUMN %I RESET (%s)', n.nspname, c.relname, a.attname, o.names),
       o.names,
       'pg_class',
       c.oid,
       a.attnum
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (
    SELECT string_agg(u, ', ' ORDER BY u), string_agg(split_part(u, '=', 1), ', ' ORDER BY u)
    FROM unnest(a.attoptions) u) o (said, names)
WHERE a.attoptions IS NOT NULL
  AND a.attnum > 0
  AND NOT a.attisdropped
  AND c.relkind IN ('r', 'p', 'm')
  AND c.relpersistence <> 't'
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
UNION ALL
SELECT 'storage parameters',
       n.nspname::text,
       c.relname::text,
       k.conname::text,
       format('ALTER INDEX %I.%I SET (%s)', n.nspname, x.relname, o.said),
       format('ALTER INDEX %I.%I RESET (%s)', n.nspname, x.relname, o.names),
       o.names,
       'pg_class',
       x.oid,
       0
FROM pg_constraint k
JOIN pg_class x ON x.oid = k.conindid
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (
    SELECT string_agg(u, ', ' ORDER BY u), string_agg(split_part(u, '=', 1), ', ' ORDER BY u)
    FROM unnest(x.reloptions) u) o (said, names)
WHERE k.contype IN ('p', 'u', 'x')
  AND x.reloptions IS NOT NULL
  AND x.relkind = 'i'
  AND c.relpersistence <> 't'
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
UNION ALL
-- The comment on a NOT NULL, which is a constraint since Postgres 18.
SELECT 'comment on NOT NULL',
       n.nspname::text,
       c.relname::text,
       a.attname::text,
       format('COMMENT ON CONSTRAINT %I ON %I.%I IS %L', k.conname, n.nspname, c.relname, m.description),
       format('COMMENT ON CONSTRAINT %I ON %I.%I IS NULL', k.conname, n.nspname, c.relname),
       '',
       'pg_class',
       c.oid,
       a.attnum
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
JOIN pg_description m ON m.classoid = 'pg_constraint'::regclass AND m.objoid = k.oid
WHERE k.contype = 'n'
  AND c.relkind IN ('r', 'p')
  AND c.relpersistence <> 't'
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
UNION ALL
-- The name of a partition's foreign key, where it is not that of the whole's from which it comes; and its comment,
-- which comes after.
SELECT s.what,
       n.nspname::text,
       c.relname::text,
       whole.conname::text,
       s.does,
       s.undoes,
       '',
       'pg_constraint',
       k.oid,
       0
FROM pg_constraint k
JOIN pg_constraint p ON p.oid = k.conparentid AND p.conrelid <> k.conrelid
JOIN LATERAL (
    WITH RECURSIVE above AS (
        SELECT a.oid, a.conname, a.conparentid FROM pg_constraint a WHERE a.oid = k.conparentid
        UNION ALL
        SELECT a.oid, a.conname, a.conparentid FROM pg_constraint a JOIN above b ON a.oid = b.conparentid)
    SELECT conname FROM above WHERE conparentid = 0) whole ON k.contype = 'f' AND k.conparentid <> 0
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (
    SELECT format('ALTER TABLE %I.%I RENAME CONSTRAINT ', n.nspname, c.relname),
           format('COMMENT ON CONSTRAINT %I ON %I.%I IS ', k.conname, n.nspname, c.relname),
           obj_description(k.oid, 'pg_constraint')) q (rename, comment, said)
CROSS JOIN LATERAL (
    SELECT 'name of foreign key', q.rename || format('%I TO %I', whole.conname, k.conname),
           q.rename || format('%I TO %I', k.conname, whole.conname)
    UNION ALL
    SELECT 'name of foreign key, comment', q.comment || quote_literal(q.said), q.comment || 'NULL'
    WHERE q.said IS NOT NULL) s (what, does, undoes)
WHERE k.conname <> whole.conname
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
