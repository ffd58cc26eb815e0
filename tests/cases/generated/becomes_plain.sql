-- A generated column keeps its values and becomes plain.

-- from
CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a * 2) STORED);

-- to
CREATE TABLE t (a integer, b integer);

-- rows
INSERT INTO t VALUES (4);

-- then
SELECT b FROM t;
-- 8

-- plan
-- changes column t.b

BEGIN;

ALTER TABLE public.t ALTER COLUMN b DROP EXPRESSION;

COMMIT;
