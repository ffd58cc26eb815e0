SELECT deleted_at::text AS stamp FROM image WHERE id = ANY($1) AND deleted_at IS NOT NULL
ORDER BY id FOR UPDATE
