-- Tables that refer to each other go.
-- allow: drop-table:a
-- allow: drop-table:b

-- from
CREATE TABLE a (id integer PRIMARY KEY, b integer);
CREATE TABLE b (id integer PRIMARY KEY, a integer REFERENCES a);
ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;

-- to

-- plan
-- drops foreign key a_b_fkey on a, foreign key b_a_fkey on b, table b, table a
-- hazard drop-table:b: the table and its rows are lost
-- hazard drop-table:a: the table and its rows are lost

BEGIN;

ALTER TABLE public.a DROP CONSTRAINT a_b_fkey;

ALTER TABLE public.b DROP CONSTRAINT b_a_fkey;

DROP TABLE public.b;

DROP TABLE public.a;

COMMIT;
