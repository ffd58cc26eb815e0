-- A type changes that a generated column is computed from.

-- from
CREATE TABLE t (a integer, b bigint GENERATED ALWAYS AS (a * 2) STORED);
CREATE INDEX t_b ON t (b);

-- to
CREATE TABLE t (a bigint, b bigint GENERATED ALWAYS AS (a * 2) STORED);
CREATE INDEX t_b ON t (b);

-- rows
INSERT INTO t (a) VALUES (4);

-- then
SELECT a, b FROM t;
-- 4 | 8

-- plan
-- file 1 of 3, in a transaction: changes column t.a, column t.b; drops column t.b
-- hazard change-type:t.a: integer to bigint: a program that expects the old type may fail

BEGIN;

ALTER TABLE public.t DROP COLUMN b;

ALTER TABLE public.t ALTER COLUMN a TYPE bigint,
    ADD COLUMN b bigint GENERATED ALWAYS AS ((a * 2)) STORED;

COMMIT;

-- file 2 of 3, outside a transaction: creates index t_b

CREATE INDEX CONCURRENTLY t_b ON public.t USING btree (b);

-- file 3 of 3, in a transaction: analyzes column t.a

BEGIN;

ANALYZE public.t (a);

COMMIT;
