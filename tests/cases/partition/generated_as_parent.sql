-- A partition computes a column as its parent does, and no longer otherwise; a child of a table does so too.
-- since: 16

-- from
CREATE TABLE p (k int, a int, g int GENERATED ALWAYS AS (a + 1) STORED) PARTITION BY LIST (k);
CREATE TABLE p1 (k int, a int, g int GENERATED ALWAYS AS (a + 2) STORED);
ALTER TABLE p ATTACH PARTITION p1 FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
CREATE TABLE t (a int, g int GENERATED ALWAYS AS (a + 1) STORED);
CREATE TABLE c (a int, g int GENERATED ALWAYS AS (a + 2) STORED) INHERITS (t);
CREATE TABLE d () INHERITS (c);

-- to
CREATE TABLE p (k int, a int, g int GENERATED ALWAYS AS (a + 1) STORED) PARTITION BY LIST (k);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
CREATE TABLE t (a int, g int GENERATED ALWAYS AS (a + 1) STORED);
CREATE TABLE c (a int, g int GENERATED ALWAYS AS (a + 1) STORED) INHERITS (t);
CREATE TABLE d () INHERITS (c);

-- rows
INSERT INTO p VALUES (1, 1), (2, 1);
INSERT INTO c VALUES (1);
INSERT INTO d VALUES (1);

-- then
SELECT k, a, g FROM p ORDER BY k;
-- 1 | 1 | 2
-- 2 | 1 | 2
SELECT a, g FROM t;
-- 1 | 2
-- 1 | 2

-- plan from 16
-- creates column c.g, column p1.g, table c as one of t, table p1 as one of p; drops table c as one of t, table p1 as one of p, column p1.g, column c.g
-- hazard attach-partition:p1: fails if a row is not within IN (1)

BEGIN;

ALTER TABLE public.c NO INHERIT public.t;

ALTER TABLE public.p DETACH PARTITION public.p1;

ALTER TABLE public.p1 DROP COLUMN g;

ALTER TABLE public.c DROP COLUMN g;
ALTER TABLE public.c ADD COLUMN g integer GENERATED ALWAYS AS ((a + 1)) STORED;

ALTER TABLE public.p1 ADD COLUMN g integer GENERATED ALWAYS AS ((a + 1)) STORED;

ALTER TABLE public.c INHERIT public.t;

ALTER TABLE public.p ATTACH PARTITION public.p1 FOR VALUES IN (1);

COMMIT;
