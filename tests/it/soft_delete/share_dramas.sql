SELECT id, deleted_at IS NULL AS live FROM drama WHERE id = ANY($1) ORDER BY id FOR SHARE
