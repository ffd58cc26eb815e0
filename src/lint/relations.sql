-- Sets feedstock.relations: the relations of these names, their tables, indexes and sequences, and what those refer to.
WITH named AS (
    SELECT c.oid FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE (n.nspname, c.relname) IN (/* names */)
), tables AS (
    SELECT oid FROM named
    UNION
    SELECT i.indrelid FROM pg_index AS i WHERE i.indexrelid IN (SELECT oid FROM named)
), near AS (
    SELECT oid FROM tables
    UNION
    SELECT k.confrelid FROM pg_constraint AS k WHERE k.contype = 'f' AND k.conrelid IN (SELECT oid FROM tables)
    UNION
    SELECT d.objid FROM pg_depend AS d
    WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
      AND d.refobjid IN (SELECT oid FROM tables)
    UNION
    SELECT h.inhparent FROM pg_inherits AS h WHERE h.inhrelid IN (SELECT oid FROM tables)
    UNION
    SELECT h.inhrelid FROM pg_inherits AS h WHERE h.inhparent IN (SELECT oid FROM tables)
), relations AS (
    SELECT oid FROM near
    UNION
    SELECT i.indexrelid FROM pg_index AS i WHERE i.indrelid IN (SELECT oid FROM near)
)
SELECT FROM relations HAVING set_config('feedstock.relations', coalesce(array_agg(oid), '{}')::text, true) IS NULL;
SET LOCAL search_path TO feedstock_part, pg_catalog, pg_temp;
