-- The options of a column: set, changed, reset.

-- from
CREATE TABLE t (a integer, b integer, c integer);
ALTER TABLE t ALTER b SET (n_distinct = 5);
ALTER TABLE t ALTER c SET (n_distinct = 5);

-- to
CREATE TABLE t (a integer, b integer, c integer);
ALTER TABLE t ALTER a SET (n_distinct = -0.5);
ALTER TABLE t ALTER b SET (n_distinct = 6, n_distinct_inherited = 7);

-- plan
-- creates options of t.a; changes options of t.b; drops options of t.c

BEGIN;

ALTER TABLE public.t ALTER COLUMN c RESET (n_distinct);

ALTER TABLE public.t ALTER COLUMN a SET (n_distinct=-0.5);

ALTER TABLE public.t ALTER COLUMN b SET (n_distinct=6, n_distinct_inherited=7);

COMMIT;
