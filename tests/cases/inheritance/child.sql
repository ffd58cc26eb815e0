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
-- file 1 of 5, in a transaction: creates column a.n; changes column a.id
-- hazard change-type:a.id: integer to bigint: a program that expects the old type may fail

BEGIN;

ALTER TABLE public.a ALTER COLUMN id TYPE bigint;

ALTER TABLE public.a ADD COLUMN n integer;

COMMIT;

-- file 2 of 5, in a transaction: creates table b

BEGIN;

CREATE TABLE public.b (
    y text
) INHERITS (public.a);

COMMIT;

-- file 3 of 5, in a transaction: analyzes column a.id

BEGIN;

ANALYZE public.a (id);

COMMIT;

-- file 4 of 5, in a transaction: drops table old
-- hazard drop-table:old: the table and its rows are lost

BEGIN;

DROP TABLE public.old;

COMMIT;

-- file 5 of 5, in a transaction: drops column a.x
-- hazard drop-column:a.x: the column and its values are lost

BEGIN;

ALTER TABLE public.a DROP COLUMN x;

COMMIT;
