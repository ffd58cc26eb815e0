-- A drama $1 with three storyboards, and six images, each of which but the sixth belongs to a storyboard.
WITH drama AS (INSERT INTO drama (id) VALUES ($1)),
storyboards AS (
    INSERT INTO storyboard (id, drama_id, number) SELECT $1 * 10 + n, $1, n FROM generate_series(1, 3) n
)
INSERT INTO image (id, drama_id, storyboard_id)
SELECT $1 * 100 + n, $1, CASE WHEN n < 6 THEN $1 * 10 + 1 + n % 3 END FROM generate_series(1, 6) n
