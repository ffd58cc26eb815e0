SELECT p.oid::regprocedure, 'it runs with the rights of its owner, and its caller decides what its names mean'
FROM pg_proc p
WHERE p.prosecdef AND p.oid >= 16384
  -- The names of a body that is parsed when it is created are known by then.
  AND p.prosqlbody IS NULL
  AND NOT EXISTS (SELECT FROM unnest(p.proconfig) AS setting WHERE setting LIKE 'search_path=%')
  AND NOT EXISTS (
      SELECT FROM feedstock_before.pg_proc o
      WHERE o.oid = p.oid AND o.prosecdef AND o.proconfig IS NOT DISTINCT FROM p.proconfig
  )
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid
    AND d.deptype = 'e')
