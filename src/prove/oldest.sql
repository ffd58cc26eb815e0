-- Deletes all but the $1 schemas and the $2 databases that were used last, and returns the databases to be dropped.
WITH ranked AS (
    SELECT k.key,
           row_number() OVER (ORDER BY k.used DESC) > $1 AS forgotten,
           k.database IS NOT NULL
           AND row_number() OVER (PARTITION BY k.database IS NULL ORDER BY k.used DESC) > $2 AS too_large
    FROM feedstock_results AS k
)
DELETE FROM feedstock_results AS k
USING ranked AS r
WHERE k.key = r.key
  AND (r.forgotten OR r.too_large)
RETURNING k.database
