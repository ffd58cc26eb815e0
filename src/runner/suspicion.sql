-- The functions of the system views, since calling them is planned faster.
EXISTS (SELECT FROM pg_catalog.pg_prepared_statement() WHERE from_sql)
OR EXISTS (SELECT FROM pg_catalog.pg_cursor() WHERE is_holdable)
OR EXISTS (SELECT FROM pg_catalog.pg_listening_channels())
OR pg_catalog.pg_my_temp_schema() <> 0
