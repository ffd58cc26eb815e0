-- A column goes and another one of its name and another type comes: no cast, said by an expression.
-- using: t.a = NULL
-- one way: needs an expression too

-- from
CREATE TABLE t (a jsonb DEFAULT '{}');

-- to
CREATE TABLE t (a integer);

-- plan
-- file 1 of 2, in a transaction: changes column t.a
-- hazard change-type:t.a: jsonb to integer: a program that expects the old type may fail

BEGIN;

ALTER TABLE public.t ALTER COLUMN a DROP DEFAULT;
ALTER TABLE public.t ALTER COLUMN a TYPE integer USING NULL;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a

BEGIN;

ANALYZE public.t (a);

COMMIT;
