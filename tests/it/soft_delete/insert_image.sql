INSERT INTO image (id, drama_id, storyboard_id) VALUES ($1, $2, $3)
