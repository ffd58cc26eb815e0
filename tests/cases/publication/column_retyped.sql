-- Columns in the lists and conditions of a publication change their types: it leaves the tables for a moment.
-- since: 15

-- from
CREATE TABLE t (id integer PRIMARY KEY, v integer);
CREATE TABLE u (id integer PRIMARY KEY, v integer);
CREATE PUBLICATION p FOR TABLE t (id, v), u WHERE (v > 0) WITH (publish = 'insert');

-- to
CREATE TABLE t (id integer PRIMARY KEY, v bigint);
CREATE TABLE u (id integer PRIMARY KEY, v bigint);
CREATE PUBLICATION p FOR TABLE t (id, v), u WHERE (v > 0) WITH (publish = 'insert');

-- plan
-- file 1 of 3, in a transaction: creates publication p on t; changes column t.v; drops publication p on t
-- hazard change-type:t.v: integer to bigint: a program that expects the old type may fail

BEGIN;

ALTER PUBLICATION p DROP TABLE ONLY public.t;

ALTER TABLE public.t ALTER COLUMN v TYPE bigint;

ALTER PUBLICATION p ADD TABLE ONLY public.t (id, v);

COMMIT;

-- file 2 of 3, in a transaction: creates publication p on u; changes column u.v; drops publication p on u
-- hazard change-type:u.v: integer to bigint: a program that expects the old type may fail

BEGIN;

ALTER PUBLICATION p DROP TABLE ONLY public.u;

ALTER TABLE public.u ALTER COLUMN v TYPE bigint;

ALTER PUBLICATION p ADD TABLE ONLY public.u WHERE ((v > 0));

COMMIT;

-- file 3 of 3, in a transaction: analyzes column t.v, column u.v

BEGIN;

ANALYZE public.t (v);

ANALYZE public.u (v);

COMMIT;
