-- More digits in front and behind are wider.

-- from
CREATE TABLE t (a numeric(10,2), b numeric(10,2));

-- to
CREATE TABLE t (a numeric(13,3), b numeric);

-- plan
-- file 1 of 2, in a transaction: changes column t.a, column t.b

BEGIN;

ALTER TABLE public.t ALTER COLUMN a TYPE numeric(13,3),
    ALTER COLUMN b TYPE numeric;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a, column t.b

BEGIN;

ANALYZE public.t (a, b);

COMMIT;
