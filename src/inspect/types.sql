SELECT t.oid,
       n.nspname::text,
       t.typname::text,
       'DOMAIN',
       format('CREATE DOMAIN %I.%I AS %s', n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod))
       || CASE WHEN t.typcollation <> b.typcollation THEN (
              SELECT format(' COLLATE %I.%I', cn.nspname, co.collname)
              FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace
              WHERE co.oid = t.typcollation) ELSE '' END,
       obj_description(t.oid, 'pg_type'),
       p.does,
       p.undoes
FROM pg_type t
JOIN pg_type b ON b.oid = t.typbasetype
JOIN pg_namespace n ON n.oid = t.typnamespace
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(format('ALTER DOMAIN %I.%I %s', n.nspname, t.typname, x.does) ORDER BY x.rank, x.does), '{}'),
           coalesce(array_agg(format('ALTER DOMAIN %I.%I %s', n.nspname, t.typname, x.undoes) ORDER BY x.rank, x.does), '{}')
    FROM (
        SELECT 1, 'SET DEFAULT ' || t.typdefault, 'DROP DEFAULT' WHERE t.typdefault IS NOT NULL
        UNION ALL
        SELECT 2, 'SET NOT NULL', 'DROP NOT NULL' WHERE t.typnotnull
        UNION ALL
        SELECT 3, format('ADD CONSTRAINT %I %s', o.conname, pg_get_constraintdef(o.oid)),
               format('DROP CONSTRAINT %I', o.conname)
        FROM pg_constraint o
        WHERE o.contypid = t.oid AND o.contype = 'c') x (rank, does, undoes)) p (does, undoes)
WHERE t.typtype = 'd'
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
UNION ALL
SELECT t.oid,
       n.nspname::text,
       t.typname::text,
       'TYPE',
       format('CREATE TYPE %I.%I AS (', n.nspname, t.typname)
       || coalesce((
              SELECT string_agg(
                  format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod))
                  || CASE WHEN a.attcollation <> at.typcollation THEN (
                         SELECT format(' COLLATE %I.%I', cn.nspname, co.collname)
                         FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace
                         WHERE co.oid = a.attcollation) ELSE '' END,
                  ', ' ORDER BY a.attnum)
              FROM pg_attribute a JOIN pg_type at ON at.oid = a.atttypid
              WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '')
       || ')',
       obj_description(t.oid, 'pg_type'),
       '{}'::text[],
       '{}'::text[]
FROM pg_type t
JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c'
JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
