-- The rows of the catalogs that are about the relations in the setting feedstock.relations: the rules find these in place
-- of the catalogs. A rule writes 'pg_catalog.pg_class'::regclass, since 'pg_class'::regclass would be the view.
CREATE SCHEMA feedstock_part;
CREATE VIEW feedstock_part.pg_class AS
SELECT * FROM pg_catalog.pg_class WHERE oid = ANY (current_setting('feedstock.relations')::oid[]);
CREATE VIEW feedstock_part.pg_attribute AS
SELECT /* columns */ FROM pg_catalog.pg_attribute
WHERE attrelid = ANY (current_setting('feedstock.relations')::oid[]);
CREATE VIEW feedstock_part.pg_index AS
SELECT * FROM pg_catalog.pg_index WHERE indrelid = ANY (current_setting('feedstock.relations')::oid[]);
CREATE VIEW feedstock_part.pg_constraint AS
SELECT * FROM pg_catalog.pg_constraint WHERE conrelid = ANY (current_setting('feedstock.relations')::oid[]);
CREATE VIEW feedstock_part.pg_policy AS
SELECT * FROM pg_catalog.pg_policy WHERE polrelid = ANY (current_setting('feedstock.relations')::oid[]);
GRANT USAGE ON SCHEMA feedstock_part TO PUBLIC;
GRANT SELECT ON ALL TABLES IN SCHEMA feedstock_part TO PUBLIC;
