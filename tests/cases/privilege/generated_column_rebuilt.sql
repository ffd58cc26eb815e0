-- A generated column is made again and keeps its privileges.

-- from
CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a + 1) STORED);
GRANT SELECT (b) ON t TO case_reader;

-- to
CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a + 2) STORED);
GRANT SELECT (b) ON t TO case_reader;

-- plan
-- creates column t.b; drops column t.b

BEGIN;

ALTER TABLE public.t DROP COLUMN b;
ALTER TABLE public.t ADD COLUMN b integer GENERATED ALWAYS AS ((a + 2)) STORED;
GRANT SELECT (b) ON TABLE public.t TO case_reader;

COMMIT;
