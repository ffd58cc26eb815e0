-- A column that a child has already becomes the parent's too, as it is.

-- from
CREATE TABLE a (id integer, x text);
CREATE TABLE b (n integer) INHERITS (a);

-- to
CREATE TABLE a (id integer, x text, n integer);
CREATE TABLE b (n integer) INHERITS (a);

-- rows
INSERT INTO b VALUES (1, 'x', 5);

-- then
SELECT n FROM a;
-- 5

-- plan
-- creates column a.n

BEGIN;

ALTER TABLE public.a ADD COLUMN n integer;

COMMIT;
