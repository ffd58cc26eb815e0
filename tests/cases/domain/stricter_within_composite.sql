-- A domain asks for more while a composite type holds values of it.

-- from
CREATE DOMAIN d AS integer;
CREATE TYPE c AS (a d, b text);
CREATE TABLE t (c c);

-- to
CREATE DOMAIN d AS integer NOT NULL;
CREATE TYPE c AS (a d, b text);
CREATE TABLE t (c c);

-- rows
INSERT INTO t VALUES ('(1,x)');

-- plan
-- file 1 of 2, in a transaction: changes domain d, type c, column t.c
-- hazard set-not-null:d: fails if a column of this type has NULL

BEGIN;

ALTER DOMAIN public.d RENAME TO feedstock_old_d;
CREATE DOMAIN public.d AS integer;
ALTER DOMAIN public.d SET NOT NULL;

ALTER TYPE public.c RENAME TO feedstock_old_c;
CREATE TYPE public.c AS (a public.d, b text);

ALTER TABLE public.t ALTER COLUMN c TYPE public.c USING c::text::public.c;

DROP TYPE public.feedstock_old_c;

DROP DOMAIN public.feedstock_old_d;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.c

BEGIN;

ANALYZE public.t (c);

COMMIT;
