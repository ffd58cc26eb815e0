WITH parent AS (SELECT id FROM drama WHERE id = $1 AND deleted_at IS NULL FOR UPDATE),
stamped AS (UPDATE drama SET deleted_at = now() AT TIME ZONE 'utc' WHERE id IN (SELECT id FROM parent))
UPDATE image SET deleted_at = now() AT TIME ZONE 'utc'
WHERE drama_id IN (SELECT id FROM parent) AND deleted_at IS NULL
