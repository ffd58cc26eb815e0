-- A table begins to inherit.

-- from
CREATE TABLE a (id integer, x text);
CREATE TABLE b (id integer, y text);

-- to
CREATE TABLE a (id integer, x text);
CREATE TABLE b (id integer, x text, y text);
ALTER TABLE b INHERIT a;

-- rows
INSERT INTO b VALUES (1, 'y');

-- then
SELECT * FROM a;
-- 1 | NULL

-- plan
-- creates column b.x, table b as one of a

BEGIN;

ALTER TABLE public.b ADD COLUMN x text;

ALTER TABLE public.b INHERIT public.a;

COMMIT;
