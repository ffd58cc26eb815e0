-- A statement of its own, after all locks: only then it sees every stamp below the locked parents.
-- An infinite stamp has no later one, and a finite one differs from it anyway.
SELECT greatest(clock_timestamp() AT TIME ZONE 'utc', max(deleted_at) + interval '1 microsecond') AS stamp
FROM (
    SELECT deleted_at FROM storyboard WHERE drama_id = ANY($1)
    UNION ALL
    SELECT deleted_at FROM image WHERE drama_id = ANY($1) OR storyboard_id = ANY($2)
) met
WHERE isfinite(deleted_at)
