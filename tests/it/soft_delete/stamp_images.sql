UPDATE image SET deleted_at = $1 WHERE id = ANY($2)
