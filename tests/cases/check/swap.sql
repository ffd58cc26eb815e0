-- Two checks swap their names.

-- from
CREATE TABLE t (a integer, CONSTRAINT one CHECK (a > 0), CONSTRAINT two CHECK (a < 9));

-- to
CREATE TABLE t (a integer, CONSTRAINT one CHECK (a < 9), CONSTRAINT two CHECK (a > 0));

-- plan
-- renames constraint one on t, constraint two on t, constraint feedstock_old_one on t

BEGIN;

ALTER TABLE public.t RENAME CONSTRAINT one TO feedstock_old_one;

ALTER TABLE public.t RENAME CONSTRAINT two TO one;

ALTER TABLE public.t RENAME CONSTRAINT feedstock_old_one TO two;

COMMIT;
