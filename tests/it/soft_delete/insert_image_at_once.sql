-- One parent to look at needs one statement; no row inserted is a refusal.
WITH parent AS (SELECT id FROM drama WHERE id = $2 AND deleted_at IS NULL FOR SHARE)
INSERT INTO image (id, drama_id) SELECT $1, id FROM parent
