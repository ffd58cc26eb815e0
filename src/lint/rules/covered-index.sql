SELECT i.indexrelid::regclass, format('its columns are the first ones of the index %s', other.indexrelid::regclass)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_index other ON other.indrelid = i.indrelid AND other.indexrelid <> i.indexrelid
WHERE c.oid >= 16384 AND NOT EXISTS (SELECT FROM feedstock_before.pg_class o WHERE o.oid = c.oid)
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
  AND NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = i.indexrelid)
  AND (SELECT am.amname FROM pg_am am WHERE am.oid = c.relam)
      = (SELECT am.amname FROM pg_class oc JOIN pg_am am ON am.oid = oc.relam WHERE oc.oid = other.indexrelid)
  AND i.indpred::text IS NOT DISTINCT FROM other.indpred::text
  AND NOT i.indisunique AND i.indexprs IS NULL AND (SELECT am.amname FROM pg_am am WHERE am.oid = c.relam) = 'btree'
  AND i.indnatts < other.indnkeyatts AND i.indnatts = i.indnkeyatts
  AND other.indkey::text LIKE i.indkey::text || ' %' AND other.indclass::text LIKE i.indclass::text || ' %'
  AND other.indoption::text LIKE i.indoption::text || ' %'
  AND other.indcollation::text LIKE i.indcollation::text || ' %'
