-- Would a trigger fire in a session of the superuser with session_replication_role = replica? Have the files created
-- an object that the script of an extension could use by mistake?
SELECT EXISTS (SELECT FROM pg_event_trigger
               WHERE evtenabled IN ('A', 'R') OR evtevent = 'login'),
       EXISTS (SELECT FROM pg_proc AS o
               WHERE o.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend AS d
                   WHERE d.classid = 'pg_proc'::regclass AND d.objid = o.oid AND d.deptype = 'e'))
       OR EXISTS (SELECT FROM pg_operator AS o
               WHERE o.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend AS d
                   WHERE d.classid = 'pg_operator'::regclass AND d.objid = o.oid
                     AND d.deptype = 'e'))
       OR EXISTS (SELECT FROM pg_cast AS o
               WHERE o.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend AS d
                   WHERE d.classid = 'pg_cast'::regclass AND d.objid = o.oid AND d.deptype = 'e'))
       OR EXISTS (SELECT FROM pg_type AS o
               WHERE o.oid >= 16384 AND o.typtype = 'd' AND NOT EXISTS (SELECT FROM pg_depend AS d
                   WHERE d.classid = 'pg_type'::regclass AND d.objid = o.oid AND d.deptype = 'e'))
