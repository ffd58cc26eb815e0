-- A partition of a table that refers to another one stands alone, and keeps the reference.

-- from
CREATE TABLE o (id integer PRIMARY KEY);
CREATE TABLE t (id integer, n integer, note text, CONSTRAINT k FOREIGN KEY (n) REFERENCES o) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);

-- to
CREATE TABLE o (id integer PRIMARY KEY);
CREATE TABLE t (id integer, n integer, note text, CONSTRAINT k FOREIGN KEY (n) REFERENCES o) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 (id integer, n integer, note text, CONSTRAINT k FOREIGN KEY (n) REFERENCES o);

-- plan
-- drops table t_2 as one of t
-- hazard detach-partition:t_2: t has the rows no longer

BEGIN;

ALTER TABLE public.t DETACH PARTITION public.t_2;

COMMIT;
