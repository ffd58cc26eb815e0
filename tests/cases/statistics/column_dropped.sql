-- Statistics go with a column.
-- allow: drop-column:t.b

-- from
CREATE TABLE t (a integer, b integer, c integer);
CREATE STATISTICS s ON a, b FROM t;

-- to
CREATE TABLE t (a integer, c integer);

-- plan
-- drops statistics public.s on t, column t.b
-- hazard drop-column:t.b: the column and its values are lost

BEGIN;

DROP STATISTICS public.s;

ALTER TABLE public.t DROP COLUMN b;

COMMIT;
