SELECT DISTINCT ON (i.indexrelid) i.indexrelid::regclass,
       format('the index %s begins with its columns', other.indexrelid::regclass)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_index other ON other.indrelid = i.indrelid AND other.indexrelid <> i.indexrelid
JOIN pg_class oc ON oc.oid = other.indexrelid
WHERE c.oid >= 16384 AND NOT EXISTS (SELECT FROM feedstock_before.pg_class o WHERE o.oid = c.oid)
  AND c.relnamespace <> 'feedstock_before'::regnamespace
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
  AND NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = i.indexrelid)
  AND other.indisvalid AND c.relam = oc.relam AND (SELECT am.amname FROM pg_am am WHERE am.oid = c.relam) = 'btree'
  AND NOT i.indisunique AND i.indexprs IS NULL AND i.indnatts = i.indnkeyatts
  AND i.indnatts < other.indnatts AND i.indnkeyatts <= other.indnkeyatts
  AND other.indkey::text LIKE i.indkey::text || ' %'
  AND other.indclass::text || ' ' LIKE i.indclass::text || ' %'
  AND other.indoption::text || ' ' LIKE i.indoption::text || ' %'
  AND other.indcollation::text || ' ' LIKE i.indcollation::text || ' %'
  AND pg_get_expr(i.indpred, i.indrelid) IS NOT DISTINCT FROM pg_get_expr(other.indpred, other.indrelid)
  AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = i.indrelid
        AND d.deptype = 'e'
  )
ORDER BY i.indexrelid, other.indexrelid
