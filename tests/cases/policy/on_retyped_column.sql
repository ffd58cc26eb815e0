-- The type of a column changes that a policy reads.

-- from
CREATE TABLE t (level integer);
CREATE POLICY a ON t USING (level > 1);

-- to
CREATE TABLE t (level bigint);
CREATE POLICY a ON t USING (level > 1);

-- plan
-- file 1 of 2, in a transaction: creates policy a on t; changes column t.level; drops policy a on t
-- hazard change-type:t.level: integer to bigint: a program that expects the old type may fail

BEGIN;

DROP POLICY a ON public.t;

ALTER TABLE public.t ALTER COLUMN level TYPE bigint;

CREATE POLICY a ON public.t USING ((level > 1));

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.level

BEGIN;

ANALYZE public.t (level);

COMMIT;
