-- The parent goes, the child stays.
-- allow: drop-table:a

-- from
CREATE TABLE a (id integer, x text);
CREATE TABLE b (y text) INHERITS (a);

-- to
CREATE TABLE b (id integer, x text, y text);

-- plan
-- drops table b as one of a, table a
-- hazard no-inherit:b: a has the rows no longer
-- hazard drop-table:a: the table and its rows are lost

BEGIN;

ALTER TABLE public.b NO INHERIT public.a;

DROP TABLE public.a;

COMMIT;
