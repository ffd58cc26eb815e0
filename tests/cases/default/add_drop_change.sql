-- Defaults come, go and change.

-- from
CREATE TABLE t (a integer, b integer DEFAULT 1, c integer DEFAULT 1, d timestamp);

-- to
CREATE TABLE t (a integer DEFAULT 1, b integer, c integer DEFAULT 2, d timestamp DEFAULT (now() AT TIME ZONE 'utc'));

-- plan
-- changes column t.b, column t.a, column t.c, column t.d

BEGIN;

ALTER TABLE public.t ALTER COLUMN b DROP DEFAULT;

ALTER TABLE public.t ALTER COLUMN a SET DEFAULT 1;

ALTER TABLE public.t ALTER COLUMN c SET DEFAULT 2;

ALTER TABLE public.t ALTER COLUMN d SET DEFAULT (now() AT TIME ZONE 'utc'::text);

COMMIT;
