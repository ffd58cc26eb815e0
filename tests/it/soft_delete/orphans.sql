SELECT count(*) FROM (
    SELECT FROM storyboard s JOIN drama d ON d.id = s.drama_id
    WHERE s.deleted_at IS NULL AND d.deleted_at IS NOT NULL
    UNION ALL
    SELECT FROM image i JOIN drama d ON d.id = i.drama_id
    WHERE i.deleted_at IS NULL AND d.deleted_at IS NOT NULL
    UNION ALL
    SELECT FROM image i JOIN storyboard s ON s.id = i.storyboard_id
    WHERE i.deleted_at IS NULL AND s.deleted_at IS NOT NULL
) live_below_deleted
