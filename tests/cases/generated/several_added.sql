-- Columns that are computed for each row of a table are added in one pass over it.

-- from
CREATE TABLE t (a integer, b integer);

-- to
CREATE TABLE t (a integer, b integer, sum integer GENERATED ALWAYS AS (a + b) STORED, product integer GENERATED ALWAYS AS (a * b) STORED, n bigint GENERATED ALWAYS AS IDENTITY);

-- rows
INSERT INTO t VALUES (2, 3);

-- then
SELECT sum, product, n FROM t;
-- 5 | 6 | 1

-- plan
-- creates column t.n, column t.product, column t.sum

BEGIN;

ALTER TABLE public.t ADD COLUMN n bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    ADD COLUMN product integer GENERATED ALWAYS AS ((a * b)) STORED,
    ADD COLUMN sum integer GENERATED ALWAYS AS ((a + b)) STORED;

COMMIT;
