-- A new column whose default is the same for each row.

-- from
CREATE TABLE t (a integer);

-- to
CREATE TABLE t (a integer, b integer NOT NULL DEFAULT 7, c timestamptz NOT NULL DEFAULT now(), d jsonb DEFAULT '{}');

-- rows
INSERT INTO t VALUES (1);

-- then
SELECT a, b, d FROM t;
-- 1 | 7 | {}

-- plan
-- creates column t.b, column t.c, column t.d

BEGIN;

ALTER TABLE public.t ADD COLUMN b integer NOT NULL DEFAULT 7;

ALTER TABLE public.t ADD COLUMN c timestamp with time zone NOT NULL DEFAULT now();

ALTER TABLE public.t ADD COLUMN d jsonb DEFAULT '{}'::jsonb;

COMMIT;
