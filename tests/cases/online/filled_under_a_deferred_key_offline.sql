-- What is deferred is checked before the column allows no NULL: no ALTER TABLE goes with checks that are still to come.
-- offline ok
-- fill: t.p = 1

-- from
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE t (a integer, p integer REFERENCES p DEFERRABLE INITIALLY DEFERRED);

-- to
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE t (a integer, p integer NOT NULL REFERENCES p DEFERRABLE INITIALLY DEFERRED);

-- rows
INSERT INTO p VALUES (1);
INSERT INTO t VALUES (1);

-- then
SELECT a, p FROM t;
-- 1 | 1

-- plan
-- changes column t.p; fills column t.p

BEGIN;

SET CONSTRAINTS ALL IMMEDIATE;
UPDATE public.t SET p = 1 WHERE p IS NULL;
ALTER TABLE public.t ALTER COLUMN p SET NOT NULL;

COMMIT;
