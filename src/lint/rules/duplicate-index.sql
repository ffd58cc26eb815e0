SELECT i.indexrelid::regclass, format('the index %s has the same columns', other.indexrelid::regclass)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_index other ON other.indrelid = i.indrelid AND other.indexrelid <> i.indexrelid
WHERE c.oid >= 16384 AND NOT EXISTS (SELECT FROM feedstock_before.pg_class o WHERE o.oid = c.oid)
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
  AND NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = i.indexrelid)
  AND (SELECT am.amname FROM pg_am am WHERE am.oid = c.relam)
      = (SELECT am.amname FROM pg_class oc JOIN pg_am am ON am.oid = oc.relam WHERE oc.oid = other.indexrelid)
  AND i.indpred::text IS NOT DISTINCT FROM other.indpred::text
  AND i.indkey::text = other.indkey::text AND i.indclass::text = other.indclass::text
  AND i.indoption::text = other.indoption::text AND i.indcollation::text = other.indcollation::text
  AND i.indexprs::text IS NOT DISTINCT FROM other.indexprs::text
  AND (NOT i.indisunique OR other.indisunique)
  -- Of two new ones the later one.
  AND (EXISTS (SELECT FROM feedstock_before.pg_class o WHERE o.oid = other.indexrelid)
       OR EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = other.indexrelid) OR other.indexrelid < i.indexrelid)
