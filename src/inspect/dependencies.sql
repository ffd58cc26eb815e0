SELECT d.classid,
       d.objid,
       d.objsubid,
       d.refclassid,
       d.refobjid,
       d.refobjsubid,
       d.deptype
FROM pg_depend d
WHERE d.deptype IN ('n', 'a', 'i', 'e')
  AND d.objid >= 16384
  AND d.refobjid >= 16384
  -- The triggers of foreign keys: four a key, and nobody asks for them.
  AND (d.classid <> 'pg_trigger'::regclass OR d.deptype <> 'i')
