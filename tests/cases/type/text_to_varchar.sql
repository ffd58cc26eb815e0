-- text to varchar without a length loses nothing.

-- from
CREATE TABLE t (a text UNIQUE);

-- to
CREATE TABLE t (a varchar UNIQUE);

-- plan
-- file 1 of 2, in a transaction: changes column t.a

BEGIN;

ALTER TABLE public.t ALTER COLUMN a TYPE character varying;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a

BEGIN;

ANALYZE public.t (a);

COMMIT;
