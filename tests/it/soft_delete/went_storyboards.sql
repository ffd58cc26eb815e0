SELECT id FROM storyboard
WHERE (id = ANY($1) OR drama_id = ANY($2)) AND deleted_at = $3::text::timestamp
ORDER BY id FOR UPDATE
