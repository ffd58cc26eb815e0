-- A publication of all tables cannot become one of some: it is made again, and so is what it publishes.
-- superuser

-- from
CREATE TABLE t (id integer PRIMARY KEY);
CREATE PUBLICATION p FOR ALL TABLES WITH (publish = 'delete');
COMMENT ON PUBLICATION p IS 'all';

-- to
CREATE TABLE t (id integer PRIMARY KEY);
CREATE PUBLICATION p FOR TABLE t WITH (publish = 'delete');
COMMENT ON PUBLICATION p IS 'all';

-- plan
-- creates publication p, publication p on t; drops publication p

BEGIN;

DROP PUBLICATION p;
CREATE PUBLICATION p WITH (publish = 'delete');
COMMENT ON PUBLICATION p IS 'all';

ALTER PUBLICATION p ADD TABLE ONLY public.t;

COMMIT;
