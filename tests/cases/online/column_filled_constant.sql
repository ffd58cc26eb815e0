-- A new NOT NULL column gets one value for all rows: a default that does not stay.
-- fill: t.b = 'it''s'

-- from
CREATE TABLE t (a integer);

-- to
CREATE TABLE t (a integer, b text NOT NULL);
COMMENT ON COLUMN t.b IS 'a name';

-- rows
INSERT INTO t VALUES (1);

-- then
SELECT b FROM t;
-- it's

-- plan
-- creates column t.b
-- hazard required-column:t.b: a program that does not write it fails from here on

BEGIN;

ALTER TABLE public.t ADD COLUMN b text NOT NULL DEFAULT 'it''s';
ALTER TABLE public.t ALTER COLUMN b DROP DEFAULT;
COMMENT ON COLUMN public.t.b IS 'a name';

COMMIT;
