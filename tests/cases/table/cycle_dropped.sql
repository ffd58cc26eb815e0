-- Tables that refer to each other go.
-- allow: drop-table:a
-- allow: drop-table:b

-- from
CREATE TABLE a (id integer PRIMARY KEY, b integer);
CREATE TABLE b (id integer PRIMARY KEY, a integer REFERENCES a);
ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;

-- to

-- plan
-- file 1 of 3, in a transaction: drops foreign key a_b_fkey on a

BEGIN;

ALTER TABLE public.a DROP CONSTRAINT a_b_fkey;

COMMIT;

-- file 2 of 3, in a transaction: drops foreign key b_a_fkey on b, table b
-- hazard drop-table:b: the table and its rows are lost

BEGIN;

ALTER TABLE public.b DROP CONSTRAINT b_a_fkey;

DROP TABLE public.b;

COMMIT;

-- file 3 of 3, in a transaction: drops table a
-- hazard drop-table:a: the table and its rows are lost

BEGIN;

DROP TABLE public.a;

COMMIT;
