-- A column comes with privileges, another goes with its own.
-- allow: drop-column:t.b

-- from
CREATE TABLE t (a integer, b integer);
GRANT SELECT (a), UPDATE (b) ON t TO case_reader;

-- to
CREATE TABLE t (a integer, c integer);
GRANT SELECT (a), UPDATE (c) ON t TO case_reader;

-- plan
-- creates column t.c; drops column t.b
-- hazard drop-column:t.b: the column and its values are lost

BEGIN;

ALTER TABLE public.t ADD COLUMN c integer;
GRANT UPDATE (c) ON TABLE public.t TO case_reader;

ALTER TABLE public.t DROP COLUMN b;

COMMIT;
