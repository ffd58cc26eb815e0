-- A table of a type stands alone, another one becomes one.

-- from
CREATE TYPE y AS (id integer, x text);
CREATE TABLE t OF y;
CREATE TABLE u (id integer, x text);

-- to
CREATE TYPE y AS (id integer, x text);
CREATE TABLE t (id integer, x text);
CREATE TABLE u OF y;

-- plan
-- creates table u as one of y; drops table t as one of y

BEGIN;

ALTER TABLE public.t NOT OF;

ALTER TABLE public.u OF public.y;

COMMIT;
