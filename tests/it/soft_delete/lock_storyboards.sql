-- One statement a table: those asked for, and the children of what was locked.
SELECT id FROM storyboard
WHERE (id = ANY($1) OR drama_id = ANY($2)) AND deleted_at IS NULL
ORDER BY id FOR UPDATE
