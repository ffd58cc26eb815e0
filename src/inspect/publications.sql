-- The tables that publications name. What depends on them is in the way of what changes a table or column.
SELECT r.oid, quote_ident(p.pubname) FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
