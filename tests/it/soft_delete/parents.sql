-- The parents of these storyboards and images. What is read unlocked is read again under locks.
SELECT drama_id, NULL::int AS storyboard_id FROM storyboard WHERE id = ANY($1)
UNION
SELECT drama_id, storyboard_id FROM image WHERE id = ANY($2)
