-- Generated columns go and become plain, and what they were computed from gets another type.

-- from
CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a * 2) STORED, c integer GENERATED ALWAYS AS (a * 3) STORED);

-- to
CREATE TABLE t (a bigint, c integer);

-- rows
INSERT INTO t (a) VALUES (4);

-- then
SELECT a, c FROM t;
-- 4 | 12

-- plan
-- file 1 of 2, in a transaction: changes column t.c, column t.a; drops column t.b
-- hazard drop-column:t.b: a program that reads it fails
-- hazard change-type:t.a: integer to bigint: a program that expects the old type may fail

BEGIN;

ALTER TABLE public.t ALTER COLUMN c DROP EXPRESSION;

ALTER TABLE public.t DROP COLUMN b;

ALTER TABLE public.t ALTER COLUMN a TYPE bigint;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a

BEGIN;

ANALYZE public.t (a);

COMMIT;
