-- A column goes from the parent and from a child that declares it again.
-- allow: drop-column:a.x
-- allow: drop-column:b.x

-- from
CREATE TABLE a (id integer, x text);
CREATE TABLE b (x text, y text) INHERITS (a);

-- to
CREATE TABLE a (id integer);
CREATE TABLE b (y text) INHERITS (a);

-- plan
-- drops column a.x, column b.x
-- hazard drop-column:a.x: the column and its values are lost
-- hazard drop-column:b.x: the column and its values are lost

BEGIN;

ALTER TABLE public.a DROP COLUMN x;

ALTER TABLE public.b DROP COLUMN x;

COMMIT;
