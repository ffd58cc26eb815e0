SELECT id, deleted_at IS NULL AS live FROM storyboard WHERE id = ANY($1) ORDER BY id FOR SHARE
