-- One statement for all relations of the table, whatever their rule: two would lock out of key order.
SELECT id, id = ANY($1) OR drama_id = ANY($2) AS goes, (storyboard_id = ANY($3)) IS TRUE AS of_storyboard
FROM image
WHERE (id = ANY($1) OR drama_id = ANY($2) OR storyboard_id = ANY($3)) AND deleted_at IS NULL
ORDER BY id FOR UPDATE
