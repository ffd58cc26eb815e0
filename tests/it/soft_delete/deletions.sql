-- Each deletion of each drama, the latest first: its roots, and how many rows bear its stamp.
WITH bearing AS (
    SELECT id AS drama_id, deleted_at, id AS drama, NULL::int AS storyboard FROM drama
    UNION ALL SELECT drama_id, deleted_at, NULL, id FROM storyboard
    UNION ALL SELECT drama_id, deleted_at, NULL, NULL FROM image
)
SELECT
    array_remove(array_agg(drama), NULL) AS dramas,
    CASE WHEN count(drama) > 0 THEN '{}'::int[]
        ELSE array_remove(array_agg(storyboard), NULL) END AS storyboards,
    count(*) AS bearing
FROM bearing WHERE deleted_at IS NOT NULL
GROUP BY drama_id, deleted_at
ORDER BY deleted_at DESC
