-- Columns move on by one name each.
-- renamed: column t.a -> t.b
-- renamed: column t.b -> t.c

-- from
CREATE TABLE t (a integer, b text);

-- to
CREATE TABLE t (b integer, c text);

-- rows
INSERT INTO t VALUES (1, 'x');

-- then
SELECT b, c FROM t;
-- 1 | x

-- plan
-- renames column t.b, column t.a
-- hazard rename-column:t.b: a program that still uses the old name fails
-- hazard rename-column:t.a: a program that still uses the old name fails

BEGIN;

ALTER TABLE public.t RENAME COLUMN b TO c;

ALTER TABLE public.t RENAME COLUMN a TO b;

COMMIT;
