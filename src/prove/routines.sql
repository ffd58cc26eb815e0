-- The routines of the files, and their bodies.
SELECT p.proname, p.prosrc
FROM pg_proc AS p
WHERE p.oid >= 16384
  AND NOT EXISTS (SELECT FROM pg_depend AS d
                  WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
