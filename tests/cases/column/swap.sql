-- Two columns swap their names.
-- renamed: column t.a -> t.b
-- renamed: column t.b -> t.a

-- from
CREATE TABLE t (a integer, b text);

-- to
CREATE TABLE t (a text, b integer);

-- rows
INSERT INTO t VALUES (1, 'x');

-- then
SELECT a, b FROM t;
-- x | 1

-- plan
-- renames column t.a, column t.b, column t.feedstock_old_a
-- hazard rename-column:t.a: a program that still uses the old name fails
-- hazard rename-column:t.b: a program that still uses the old name fails

BEGIN;

ALTER TABLE public.t RENAME COLUMN a TO feedstock_old_a;

ALTER TABLE public.t RENAME COLUMN b TO a;

ALTER TABLE public.t RENAME COLUMN feedstock_old_a TO b;

COMMIT;
