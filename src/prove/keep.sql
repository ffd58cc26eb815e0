INSERT INTO feedstock_kept (key, schema, database, used)
VALUES ($1, $2, $3, clock_timestamp())
ON CONFLICT (key) DO UPDATE
SET schema = excluded.schema,
    database = excluded.database,
    used = excluded.used
