-- A column goes from all who inherit it.
-- allow: drop-column:a.x

-- from
CREATE TABLE a (id integer, x text);
CREATE TABLE b (y text) INHERITS (a);
CREATE INDEX ON b (x);

-- to
CREATE TABLE a (id integer);
CREATE TABLE b (y text) INHERITS (a);

-- plan
-- drops column a.x
-- hazard drop-column:a.x: the column and its values are lost

BEGIN;

ALTER TABLE public.a DROP COLUMN x;

COMMIT;
