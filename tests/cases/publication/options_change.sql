-- What a publication sends is set in place.

-- from
CREATE TABLE t (id integer) PARTITION BY LIST (id);
CREATE PUBLICATION p FOR TABLE t WITH (publish = 'insert, update');
CREATE PUBLICATION q FOR TABLE t;

-- to
CREATE TABLE t (id integer) PARTITION BY LIST (id);
CREATE PUBLICATION p FOR TABLE t WITH (publish_via_partition_root);
CREATE PUBLICATION q FOR TABLE t WITH (publish = 'truncate');
COMMENT ON PUBLICATION q IS 'q';

-- plan
-- changes publication p, publication q

BEGIN;

ALTER PUBLICATION p SET (publish = 'insert, update, delete, truncate');
ALTER PUBLICATION p SET (publish_via_partition_root = true);

ALTER PUBLICATION q SET (publish = 'truncate');
COMMENT ON PUBLICATION q IS 'q';

COMMIT;
