-- A type changes that an expression index and a partial index use.

-- from
CREATE TABLE t (a varchar(10), b integer);
CREATE UNIQUE INDEX t_lower ON t (lower(a)) WHERE b > 0;

-- to
CREATE TABLE t (a text, b bigint);
CREATE UNIQUE INDEX t_lower ON t (lower(a)) WHERE b > 0;

-- plan
-- file 1 of 2, in a transaction: creates index t_lower; changes column t.a, column t.b; drops index t_lower
-- hazard change-type:t.b: integer to bigint: a program that expects the old type may fail
-- hazard add-unique:t_lower: fails if two rows are alike
-- hazard no-online-way:t_lower: others wait for the table while the index is built

BEGIN;

DROP INDEX public.t_lower;

ALTER TABLE public.t ALTER COLUMN a TYPE text,
    ALTER COLUMN b TYPE bigint;

CREATE UNIQUE INDEX t_lower ON public.t USING btree (lower(a)) WHERE (b > 0);

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a, column t.b

BEGIN;

ANALYZE public.t (a, b);

COMMIT;
