-- A column goes that a generated column is computed from.
-- allow: drop-column:t.b

-- from
CREATE TABLE t (a integer, b integer, c integer GENERATED ALWAYS AS (a + b) STORED);

-- to
CREATE TABLE t (a integer, c integer GENERATED ALWAYS AS (a + 1) STORED);

-- plan
-- creates column t.c; drops column t.c, column t.b
-- hazard drop-column:t.b: the column and its values are lost

BEGIN;

ALTER TABLE public.t DROP COLUMN c;
ALTER TABLE public.t ADD COLUMN c integer GENERATED ALWAYS AS ((a + 1)) STORED;

ALTER TABLE public.t DROP COLUMN b;

COMMIT;
