-- A generated column on a table with rows.

-- from
CREATE TABLE t (a integer);

-- to
CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a * 2) STORED NOT NULL);

-- rows
INSERT INTO t VALUES (4);

-- then
SELECT b FROM t;
-- 8

-- plan
-- creates column t.b

BEGIN;

ALTER TABLE public.t ADD COLUMN b integer NOT NULL GENERATED ALWAYS AS ((a * 2)) STORED;

COMMIT;
