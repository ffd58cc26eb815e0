-- A kept result, unless its database is gone, or is not the superuser's: then it is built anew.
UPDATE feedstock_results AS k
SET used = clock_timestamp()
WHERE k.key = $1
  AND (k.database IS NULL
       OR EXISTS (
           SELECT
           FROM pg_catalog.pg_database AS d
           JOIN pg_catalog.pg_roles AS r ON r.oid = d.datdba
           WHERE d.datname = k.database AND r.rolname = current_user
       ))
RETURNING k.schema, k.database
