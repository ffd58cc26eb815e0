UPDATE drama SET deleted_at = NULL WHERE id = ANY($1)
