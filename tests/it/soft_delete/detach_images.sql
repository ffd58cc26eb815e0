UPDATE image SET storyboard_id = NULL WHERE id = ANY($1)
