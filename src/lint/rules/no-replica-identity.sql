SELECT c.oid::regclass, 'it is published without a replica identity: UPDATE and DELETE fail'
FROM pg_class c
WHERE c.relkind IN ('r', 'p') AND c.oid >= 16384 AND c.relreplident IN ('d', 'n')
  AND (c.relreplident = 'n' OR NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary))
  AND EXISTS (
      SELECT FROM pg_publication_tables t JOIN pg_publication p ON p.pubname = t.pubname
      WHERE t.schemaname = c.relnamespace::regnamespace::text AND t.tablename = c.relname
        AND (p.pubupdate OR p.pubdelete)
  )
  AND (
      NOT EXISTS (SELECT FROM feedstock_before.pg_class o WHERE o.oid = c.oid AND o.relreplident = c.relreplident)
      OR EXISTS (
          SELECT FROM pg_publication_rel r WHERE r.prrelid = c.oid
            AND NOT EXISTS (SELECT FROM feedstock_before.pg_publication_rel o WHERE o.oid = r.oid)
      )
      OR EXISTS (
          SELECT FROM pg_publication p WHERE p.puballtables
            AND NOT EXISTS (SELECT FROM feedstock_before.pg_publication o WHERE o.oid = p.oid)
      )
  )
