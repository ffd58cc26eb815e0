-- The default of a column of a view, for what is written through it.

-- from
CREATE TABLE t (a integer, b text);
CREATE VIEW v AS SELECT a, b FROM t;
ALTER VIEW v ALTER a SET DEFAULT 1;

-- to
CREATE TABLE t (a integer, b text);
CREATE VIEW v AS SELECT a, b FROM t;
ALTER VIEW v ALTER a SET DEFAULT 2;
ALTER VIEW v ALTER b SET DEFAULT 'x';

-- plan
-- changes view v

BEGIN;

ALTER VIEW public.v ALTER COLUMN a SET DEFAULT 2;
ALTER VIEW public.v ALTER COLUMN b SET DEFAULT 'x'::text;

COMMIT;
