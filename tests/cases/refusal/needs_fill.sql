-- A new NOT NULL column has no value for the rows that exist; one of a new table needs none.

-- from
CREATE TABLE t (a integer);

-- to
CREATE TABLE t (a integer, b integer NOT NULL, c integer NOT NULL DEFAULT 0, d integer NOT NULL GENERATED ALWAYS AS IDENTITY, e integer);
CREATE TABLE new (a integer NOT NULL);

-- refused
needs-fill:t.b: a new NOT NULL column without a default has no value for the rows that exist
  help: say the value: --fill t.b='…' (an SQL expression over the row), or give the column a default

-- plan
-- creates table new, column t.b, column t.c, column t.d, column t.e

BEGIN;

CREATE TABLE public.new (
    a integer NOT NULL
);

ALTER TABLE public.t ADD COLUMN b integer NOT NULL;

ALTER TABLE public.t ADD COLUMN c integer NOT NULL DEFAULT 0;

ALTER TABLE public.t ADD COLUMN d integer NOT NULL GENERATED ALWAYS AS IDENTITY;

ALTER TABLE public.t ADD COLUMN e integer;

COMMIT;
