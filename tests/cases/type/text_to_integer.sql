-- Text becomes a number by the expression that was given.
-- using: t.a = nullif(a, '')::integer
-- one way: needs an expression too

-- from
CREATE TABLE t (a text DEFAULT '1');

-- to
CREATE TABLE t (a integer DEFAULT 1);

-- rows
INSERT INTO t VALUES ('12'), ('');

-- then
SELECT a FROM t ORDER BY a;
-- 12
-- NULL

-- plan
-- file 1 of 2, in a transaction: changes column t.a
-- hazard change-type:t.a: text to integer: a program that expects the old type may fail

BEGIN;

ALTER TABLE public.t ALTER COLUMN a DROP DEFAULT;
ALTER TABLE public.t ALTER COLUMN a TYPE integer USING nullif(a, '')::integer;
ALTER TABLE public.t ALTER COLUMN a SET DEFAULT 1;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a

BEGIN;

ANALYZE public.t (a);

COMMIT;
