WITH stamped AS (UPDATE image SET deleted_at = now() AT TIME ZONE 'utc' WHERE drama_id = $1 RETURNING id),
detached AS (UPDATE image SET storyboard_id = NULL WHERE storyboard_id = $2 RETURNING id)
SELECT (SELECT count(*) FROM stamped) AS stamped, (SELECT count(*) FROM detached) AS detached
