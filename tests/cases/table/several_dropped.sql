-- Tables that go for good share a file, unless one that stays would be locked with them.
-- allow: drop-table:a
-- allow: drop-table:b
-- allow: drop-table:c
-- allow: drop-table:d

-- from
CREATE TABLE stays (id integer PRIMARY KEY);
CREATE TABLE a (id integer PRIMARY KEY);
CREATE TABLE b (id integer PRIMARY KEY, a integer REFERENCES a);
CREATE TABLE c (id integer);
CREATE TABLE d (id integer REFERENCES stays);

-- to
CREATE TABLE stays (id integer PRIMARY KEY, x integer);

-- plan
-- file 1 of 3, in a transaction: creates column stays.x

BEGIN;

ALTER TABLE public.stays ADD COLUMN x integer;

COMMIT;

-- file 2 of 3, in a transaction: drops table d
-- hazard drop-table:d: the table and its rows are lost

BEGIN;

DROP TABLE public.d;

COMMIT;

-- file 3 of 3, in a transaction: drops table c, table b, table a
-- hazard drop-table:c: the table and its rows are lost
-- hazard drop-table:b: the table and its rows are lost
-- hazard drop-table:a: the table and its rows are lost

BEGIN;

DROP TABLE public.c;

DROP TABLE public.b;

DROP TABLE public.a;

COMMIT;
