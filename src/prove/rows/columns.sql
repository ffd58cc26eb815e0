-- The columns of the tables `$1` in the schemas `$2` that have rows of their own, in order: as SQL names them, what
-- their type consists of, from the outside in (`a`: array, `r`: range, `m`: multirange), and the innermost type; its
-- labels, if it is an enum, or else how many attributes it has; is it NOT NULL; the checks of its domains.
WITH RECURSIVE columns AS (
    SELECT c.oid AS relation, c.relname, n.nspname, a.attnum, a.attname, a.atttypid, a.atttypmod,
           a.attnotnull
    FROM unnest($1::text[], $2::text[]) AS given (name, schema)
    JOIN pg_namespace n ON n.nspname = given.schema
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = given.name AND c.relkind = 'r'
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
), types AS (
    SELECT DISTINCT atttypid AS outer_type, atttypmod AS outer_typmod, atttypid AS inner_type,
           atttypmod AS inner_typmod, '' AS within, 0 AS depth, false AS not_null, '{}'::text[] AS checks
    FROM columns
    UNION ALL
    SELECT y.outer_type, y.outer_typmod,
           CASE t.typtype WHEN 'd' THEN t.typbasetype WHEN 'r' THEN r.rngsubtype WHEN 'm' THEN m.rngtypid
                ELSE t.typelem END,
           CASE t.typtype WHEN 'd' THEN t.typtypmod WHEN 'b' THEN y.inner_typmod ELSE -1 END,
           y.within || CASE t.typtype WHEN 'd' THEN '' WHEN 'b' THEN 'a' ELSE t.typtype::text END,
           y.depth + 1,
           y.not_null OR (t.typnotnull AND y.within = ''),
           y.checks || ARRAY(SELECT pg_get_constraintdef(k.oid) FROM pg_constraint k
                             WHERE k.contypid = t.oid AND k.contype = 'c' ORDER BY k.conname)
    FROM types y
    JOIN pg_type t ON t.oid = y.inner_type
    LEFT JOIN pg_range r ON r.rngtypid = t.oid
    LEFT JOIN pg_range m ON m.rngmultitypid = t.oid
    WHERE t.typtype IN ('d', 'r', 'm') OR (t.typcategory = 'A' AND t.typelem <> 0 AND t.typtype = 'b')
), innermost AS (
    SELECT DISTINCT ON (outer_type, outer_typmod) *
    FROM types
    ORDER BY outer_type, outer_typmod, depth DESC
)
SELECT c.nspname::text,
       c.relname::text,
       c.attname::text,
       quote_ident(c.attname),
       i.within,
       format_type(i.inner_type, i.inner_typmod),
       ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = i.inner_type ORDER BY e.enumsortorder),
       (SELECT count(*) FROM pg_attribute a
        WHERE a.attrelid = t.typrelid AND t.typrelid <> 0 AND a.attnum > 0 AND NOT a.attisdropped),
       c.attnotnull OR i.not_null,
       i.checks
FROM columns c
JOIN innermost i ON i.outer_type = c.atttypid AND i.outer_typmod = c.atttypmod
JOIN pg_type t ON t.oid = i.inner_type
ORDER BY c.nspname, c.relname, c.attnum
