-- A range type goes with the last column of it.
-- allow: drop-column:t.a

-- from
CREATE TYPE span AS RANGE (SUBTYPE = integer);
CREATE TABLE t (id integer, a span, EXCLUDE USING gist (a WITH &&));

-- to
CREATE TABLE t (id integer);

-- plan
-- drops column t.a, type span
-- hazard drop-column:t.a: the column and its values are lost
-- hazard drop-type:span: a program that names it fails

BEGIN;

ALTER TABLE public.t DROP COLUMN a;

DROP TYPE public.span;

COMMIT;
