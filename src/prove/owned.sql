-- The number of objects of this database that belong to roles, and not to the superuser: only those are noted. Giving
-- one to another role does not change it. The schema public belongs to the owner of the database. Is $1 a role that may
-- be given objects? Is there a function of a role in pg_catalog?
SELECT (SELECT count(*) FROM pg_shdepend
        WHERE deptype = 'o'
          AND dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
          AND NOT (classid = 'pg_namespace'::regclass AND objid = 2200)),
       EXISTS (SELECT FROM pg_roles WHERE rolname = $1 AND NOT rolsuper AND oid >= 16384),
       EXISTS (SELECT FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proowner <> 10)
