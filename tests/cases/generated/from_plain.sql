-- A plain column becomes generated: its values are lost.
-- allow: drop-column:t.b

-- from
CREATE TABLE t (a integer, b integer);

-- to
CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a * 2) STORED);

-- plan
-- creates column t.b; drops column t.b
-- hazard drop-column:t.b: the column and its values are lost

BEGIN;

ALTER TABLE public.t DROP COLUMN b;
ALTER TABLE public.t ADD COLUMN b integer GENERATED ALWAYS AS ((a * 2)) STORED;

COMMIT;
