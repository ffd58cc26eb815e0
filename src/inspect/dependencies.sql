-- A rule of a view stands for the view, a constraint of a domain for the domain; a row type for its table, an
-- array type for its element.
SELECT CASE WHEN r.oid IS NOT NULL THEN 'pg_class'::regclass
            WHEN k.oid IS NOT NULL THEN 'pg_type'::regclass
            ELSE d.classid END,
       coalesce(r.ev_class, k.contypid, d.objid),
       CASE WHEN r.oid IS NOT NULL THEN 0 ELSE d.objsubid END,
       CASE WHEN t.typrelid <> 0 AND rc.relkind <> 'c' THEN 'pg_class'::regclass
            WHEN tc.oid IS NOT NULL THEN 'pg_type'::regclass
            ELSE d.refclassid END,
       CASE WHEN t.typrelid <> 0 AND rc.relkind <> 'c' THEN t.typrelid
            WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem
            WHEN tc.oid IS NOT NULL THEN tc.oid
            ELSE d.refobjid END,
       d.refobjsubid,
       d.deptype::text
FROM pg_depend d
LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid AND r.rulename = '_RETURN'
LEFT JOIN pg_constraint k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid AND k.contypid <> 0
LEFT JOIN pg_type t ON d.refclassid = 'pg_type'::regclass AND t.oid = d.refobjid
LEFT JOIN pg_class rc ON rc.oid = t.typrelid
LEFT JOIN pg_class dc ON d.refclassid = 'pg_class'::regclass AND dc.oid = d.refobjid AND dc.relkind = 'c'
LEFT JOIN pg_type tc ON tc.typrelid = dc.oid
WHERE d.deptype IN ('n', 'a', 'i', 'e')
  AND d.objid >= 16384
  AND d.refobjid >= 16384
  -- The triggers of foreign keys: four a key, and nobody asks for them.
  AND (d.classid <> 'pg_trigger'::regclass OR d.deptype <> 'i')
