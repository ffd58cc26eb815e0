INSERT INTO feedstock_results (key, digest, columns, schema, database, used)
VALUES ($1, $2, $3, $4, $5, clock_timestamp())
ON CONFLICT (key) DO UPDATE
SET digest = excluded.digest,
    columns = excluded.columns,
    schema = excluded.schema,
    database = excluded.database,
    used = excluded.used
