-- A column goes, and with it the generated column that is computed from it.
-- allow: drop-column:t.b

-- from
CREATE TABLE t (a integer, b integer, c integer GENERATED ALWAYS AS (b + 1) STORED);

-- to
CREATE TABLE t (a integer);

-- plan
-- drops column t.c, column t.b
-- hazard drop-column:t.c: a program that reads it fails
-- hazard drop-column:t.b: the column and its values are lost

BEGIN;

ALTER TABLE public.t DROP COLUMN c;

ALTER TABLE public.t DROP COLUMN b;

COMMIT;
