-- Another child, while the parent changes.
-- allow: drop-table:old
-- allow: drop-column:a.x

-- from
CREATE TABLE a (id integer, x text);
CREATE TABLE old () INHERITS (a);

-- to
CREATE TABLE a (id bigint, n integer);
CREATE TABLE b (y text) INHERITS (a);

-- plan
-- creates column a.n, table b; changes column a.id; drops table old, column a.x
-- hazard change-type:a.id: integer to bigint: a program that expects the old type may fail
-- hazard drop-table:old: the table and its rows are lost
-- hazard drop-column:a.x: the column and its values are lost

BEGIN;

ALTER TABLE public.a ALTER COLUMN id TYPE bigint;

ALTER TABLE public.a ADD COLUMN n integer;

CREATE TABLE public.b (
    y text
) INHERITS (public.a);

DROP TABLE public.old;

ALTER TABLE public.a DROP COLUMN x;

COMMIT;
