-- A domain asks for more while an array holds values of it.

-- from
CREATE DOMAIN d AS integer;
CREATE TABLE t (a d[]);

-- to
CREATE DOMAIN d AS integer CHECK (VALUE > 0);
CREATE TABLE t (a d[]);

-- rows
INSERT INTO t VALUES ('{1,2}'), (NULL);

-- plan
-- file 1 of 2, in a transaction: changes domain d, column t.a
-- hazard add-check:d.d_check: fails if a value of this type breaks it

BEGIN;

ALTER DOMAIN public.d RENAME TO feedstock_old_d;
CREATE DOMAIN public.d AS integer;
ALTER DOMAIN public.d ADD CONSTRAINT d_check CHECK ((VALUE > 0));

ALTER TABLE public.t ALTER COLUMN a TYPE public.d[] USING a::text[]::public.d[];

DROP DOMAIN public.feedstock_old_d;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a

BEGIN;

ANALYZE public.t (a);

COMMIT;
