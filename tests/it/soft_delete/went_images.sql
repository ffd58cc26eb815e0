-- For a relation that does not cascade, no parents are given.
SELECT id FROM image
WHERE (id = ANY($1) OR drama_id = ANY($2) OR storyboard_id = ANY($3)) AND deleted_at = $4::text::timestamp
ORDER BY id FOR UPDATE
