-- Two unique constraints swap their names: they are renamed, not made again.

-- from
CREATE TABLE t (a integer, b integer, CONSTRAINT one UNIQUE (a), CONSTRAINT two UNIQUE (b));

-- to
CREATE TABLE t (a integer, b integer, CONSTRAINT one UNIQUE (b), CONSTRAINT two UNIQUE (a));

-- plan
-- renames constraint one on t, constraint two on t, constraint feedstock_old_one on t

BEGIN;

ALTER TABLE public.t RENAME CONSTRAINT one TO feedstock_old_one;

ALTER TABLE public.t RENAME CONSTRAINT two TO one;

ALTER TABLE public.t RENAME CONSTRAINT feedstock_old_one TO two;

COMMIT;
