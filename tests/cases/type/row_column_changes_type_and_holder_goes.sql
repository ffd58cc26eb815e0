-- The column that holds rows of a table goes before these change.
-- allow: drop-column:t.p

-- from
CREATE TABLE p (id integer, a integer);
CREATE TABLE t (id integer, p p);

-- to
CREATE TABLE p (id integer, a bigint);
CREATE TABLE t (id integer);

-- rows
INSERT INTO t VALUES (1, '(1,2)');

-- plan
-- file 1 of 3, in a transaction: drops column t.p
-- hazard drop-column:t.p: the column and its values are lost

BEGIN;

ALTER TABLE public.t DROP COLUMN p;

COMMIT;

-- file 2 of 3, in a transaction: changes column p.a
-- hazard change-type:p.a: integer to bigint: a program that expects the old type may fail

BEGIN;

ALTER TABLE public.p ALTER COLUMN a TYPE bigint;

COMMIT;

-- file 3 of 3, in a transaction: analyzes column p.a

BEGIN;

ANALYZE public.p (a);

COMMIT;
