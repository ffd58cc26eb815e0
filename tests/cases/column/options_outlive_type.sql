-- The options of a column stay when its type changes, and go with the column.
-- allow: drop-column:t.b

-- from
CREATE TABLE t (a integer, b integer);
ALTER TABLE t ALTER a SET (n_distinct = 5);
ALTER TABLE t ALTER b SET (n_distinct = 5);

-- to
CREATE TABLE t (a bigint);
ALTER TABLE t ALTER a SET (n_distinct = 5);

-- plan
-- file 1 of 2, in a transaction: changes column t.a; drops column t.b
-- hazard change-type:t.a: integer to bigint: a program that expects the old type may fail
-- hazard drop-column:t.b: the column and its values are lost

BEGIN;

ALTER TABLE public.t ALTER COLUMN a TYPE bigint;

ALTER TABLE public.t DROP COLUMN b;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a

BEGIN;

ANALYZE public.t (a);

COMMIT;
