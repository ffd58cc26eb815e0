-- A domain over an array asks for more while an array of it holds values.

-- from
CREATE DOMAIN d AS integer[];
CREATE TABLE t (id integer, a d, b d[]);

-- to
CREATE DOMAIN d AS integer[] CHECK (cardinality(VALUE) > 0);
CREATE TABLE t (id integer, a d, b d[]);

-- rows
INSERT INTO t VALUES (1, '{1}', NULL);

-- plan
-- file 1 of 2, in a transaction: changes domain d, column t.a, column t.b
-- hazard add-check:d.d_check: fails if a value of this type breaks it

BEGIN;

ALTER DOMAIN public.d RENAME TO feedstock_old_d;
CREATE DOMAIN public.d AS integer[];
ALTER DOMAIN public.d ADD CONSTRAINT d_check CHECK ((cardinality(VALUE) > 0));

ALTER TABLE public.t ALTER COLUMN a TYPE public.d USING a::text::public.d,
    ALTER COLUMN b TYPE public.d[] USING b::text[]::public.d[];

DROP DOMAIN public.feedstock_old_d;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a, column t.b

BEGIN;

ANALYZE public.t (a, b);

COMMIT;
