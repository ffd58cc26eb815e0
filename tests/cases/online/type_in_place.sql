-- Types become wider without a row being touched: nothing to acknowledge.

-- from
CREATE TABLE t (a varchar(20), b numeric(10, 2), c varchar(5), d timestamp(3));

-- to
CREATE TABLE t (a text, b numeric(12, 2), c varchar(9), d timestamp);

-- rows
INSERT INTO t VALUES ('x', 1.5, 'y', '2024-01-01');

-- then
SELECT a, b, c FROM t;
-- x | 1.50 | y

-- plan
-- file 1 of 2, in a transaction: changes column t.a, column t.b, column t.c, column t.d

BEGIN;

ALTER TABLE public.t ALTER COLUMN a TYPE text,
    ALTER COLUMN b TYPE numeric(12,2),
    ALTER COLUMN c TYPE character varying(9),
    ALTER COLUMN d TYPE timestamp without time zone;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a, column t.b, column t.c, column t.d

BEGIN;

ANALYZE public.t (a, b, c, d);

COMMIT;
