WITH now (oid, relkind, has_none, published) AS (
    SELECT c.oid, c.relkind,
           CASE c.relreplident
               WHEN 'f' THEN false
               WHEN 'n' THEN true
               WHEN 'i' THEN NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisreplident)
               ELSE NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)
           END,
           EXISTS (
               SELECT FROM pg_publication_tables t JOIN pg_publication p ON p.pubname = t.pubname
               WHERE t.schemaname = c.relnamespace::regnamespace::text AND t.tablename = c.relname
                 AND (p.pubupdate OR p.pubdelete)
           )
    FROM pg_class c
    WHERE c.relkind = 'r' AND c.oid >= 16384 AND c.relpersistence = 'p'
      AND c.relnamespace <> 'feedstock_before'::regnamespace
), before (oid, has_none, published) AS (
    SELECT c.oid,
           CASE c.relreplident
               WHEN 'f' THEN false
               WHEN 'n' THEN true
               WHEN 'i' THEN NOT EXISTS (
                   SELECT FROM feedstock_before.pg_index i WHERE i.indrelid = c.oid AND i.indisreplident)
               ELSE NOT EXISTS (SELECT FROM feedstock_before.pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)
           END,
           EXISTS (
               SELECT FROM feedstock_before.pg_publication p
               WHERE (p.pubupdate OR p.pubdelete)
                 AND (p.puballtables
                      OR EXISTS (SELECT FROM feedstock_before.pg_publication_rel r
                                 WHERE r.prpubid = p.oid AND r.prrelid = c.oid)
                      OR EXISTS (SELECT FROM feedstock_before.pg_publication_namespace n
                                 WHERE n.pnpubid = p.oid AND n.pnnspid = c.relnamespace))
           )
    FROM feedstock_before.pg_class c
)
SELECT now.oid::regclass, 'it is published and has no replica identity: each UPDATE and DELETE of it fails'
FROM now
WHERE now.has_none AND now.published
  AND NOT EXISTS (SELECT FROM before WHERE before.oid = now.oid AND before.has_none AND before.published)
