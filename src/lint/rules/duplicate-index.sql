SELECT DISTINCT ON (i.indexrelid) i.indexrelid::regclass,
       format('the index %s has the same columns', other.indexrelid::regclass)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_index other ON other.indrelid = i.indrelid AND other.indexrelid <> i.indexrelid
JOIN pg_class oc ON oc.oid = other.indexrelid
CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype <> 'f') AS own,
           EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = other.indexrelid AND k.contype <> 'f') AS others,
           EXISTS (SELECT FROM feedstock_before.pg_class o WHERE o.oid = other.indexrelid) AS was_there
) AS k
WHERE c.oid >= 16384 AND NOT EXISTS (SELECT FROM feedstock_before.pg_class o WHERE o.oid = c.oid)
  AND c.relnamespace <> 'feedstock_before'::regnamespace
  AND NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = i.indexrelid)
  AND other.indisvalid AND c.relam = oc.relam
  AND i.indkey::text = other.indkey::text AND i.indnkeyatts = other.indnkeyatts
  AND i.indclass::text = other.indclass::text AND i.indoption::text = other.indoption::text
  AND i.indcollation::text = other.indcollation::text
  AND pg_get_expr(i.indexprs, i.indrelid) IS NOT DISTINCT FROM pg_get_expr(other.indexprs, other.indrelid)
  AND pg_get_expr(i.indpred, i.indrelid) IS NOT DISTINCT FROM pg_get_expr(other.indpred, other.indrelid)
  -- One that forbids duplicates is not replaced by one that does not, or forbids less, or later.
  AND (NOT i.indisunique OR (other.indisunique AND other.indnullsnotdistinct = i.indnullsnotdistinct
                             AND (other.indimmediate OR NOT i.indimmediate)))
  AND (NOT i.indisexclusion OR other.indisexclusion)
  -- Of two new ones that which is no key, or the later one.
  AND (k.was_there OR (other.indisprimary, k.others, -other.indexrelid::bigint)
                      > (i.indisprimary, k.own, -i.indexrelid::bigint))
  AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = i.indrelid
        AND d.deptype = 'e'
  )
ORDER BY i.indexrelid, k.was_there DESC, other.indexrelid
