-- A publication is dropped with all that it publishes.

-- from
CREATE TABLE t (id integer PRIMARY KEY);
CREATE PUBLICATION p FOR TABLE t;

-- to
CREATE TABLE t (id integer PRIMARY KEY);

-- plan
-- drops publication p
-- hazard drop-publication:publication p: the subscriptions to it fail

BEGIN;

DROP PUBLICATION p;

COMMIT;
