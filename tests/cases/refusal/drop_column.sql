-- A column would go; what goes with it is no further refusal.

-- from
CREATE TABLE t (a integer, b integer UNIQUE, c integer GENERATED ALWAYS AS (b) STORED);

-- to
CREATE TABLE t (a integer);

-- refused
drop-column:t.b: the column and its values are lost
  help: if that is what you want: --allow drop-column:t.b

-- plan
-- drops column t.c, column t.b
-- hazard drop-column:t.c: a program that reads it fails
-- hazard drop-column:t.b: the column and its values are lost

BEGIN;

ALTER TABLE public.t DROP COLUMN c;

ALTER TABLE public.t DROP COLUMN b;

COMMIT;
