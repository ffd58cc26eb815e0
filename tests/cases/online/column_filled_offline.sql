-- Nobody uses the table: a new NOT NULL column is filled in one transaction.
-- offline ok
-- fill: t.b = a + 1

-- from
CREATE TABLE t (a integer);

-- to
CREATE TABLE t (a integer, b integer NOT NULL);

-- rows
INSERT INTO t VALUES (1);

-- then
SELECT b FROM t;
-- 2

-- plan
-- creates column t.b; fills column t.b

BEGIN;

ALTER TABLE public.t ADD COLUMN b integer;
UPDATE public.t SET b = a + 1;
ALTER TABLE public.t ALTER COLUMN b SET NOT NULL;

COMMIT;
