-- A value for the partition key moves rows, and what is deferred is checked before the column allows no NULL.
-- fill: t.a = 2

-- from
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE t (a integer REFERENCES p DEFERRABLE INITIALLY DEFERRED, b integer) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1, NULL);
CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);

-- to
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE t (a integer NOT NULL REFERENCES p DEFERRABLE INITIALLY DEFERRED, b integer) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1, NULL);
CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);

-- rows
INSERT INTO p VALUES (2);
INSERT INTO t VALUES (NULL, 5);

-- then
SELECT tableoid::regclass, a, b FROM t ORDER BY 2;
-- t2 | 2 | 5

-- plan
-- changes column t.a; fills column t.a

BEGIN;

SET CONSTRAINTS ALL IMMEDIATE;
UPDATE public.t SET a = 2 WHERE a IS NULL;
ALTER TABLE public.t ALTER COLUMN a SET NOT NULL;

COMMIT;
