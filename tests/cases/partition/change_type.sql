-- A column of all partitions changes its type under a view of one of them and an index of all.

-- from
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE INDEX t_n ON t (n);
CREATE VIEW v AS SELECT n FROM t_1;

-- to
CREATE TABLE t (id integer, n bigint, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE INDEX t_n ON t (n);
CREATE VIEW v AS SELECT n FROM t_1;

-- rows
INSERT INTO t VALUES (1, 1, 'a'), (2, 2, 'b');

-- then
SELECT n, pg_typeof(n) FROM t ORDER BY n;
-- 1 | bigint
-- 2 | bigint
SELECT n FROM v;
-- 1

-- plan
-- file 1 of 2, in a transaction: creates view v; changes column t.n; drops view v
-- hazard change-type:v.n: integer to bigint: a program that expects the old type may fail
-- hazard change-type:t.n: integer to bigint: a program that expects the old type may fail

BEGIN;

DROP VIEW public.v;

ALTER TABLE public.t ALTER COLUMN n TYPE bigint;

CREATE VIEW public.v AS
 SELECT t_1.n
   FROM public.t_1;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.n

BEGIN;

ANALYZE public.t (n);

COMMIT;

-- plan from 16
-- file 1 of 2, in a transaction: creates view v; changes column t.n; drops view v
-- hazard change-type:v.n: integer to bigint: a program that expects the old type may fail
-- hazard change-type:t.n: integer to bigint: a program that expects the old type may fail

BEGIN;

DROP VIEW public.v;

ALTER TABLE public.t ALTER COLUMN n TYPE bigint;

CREATE VIEW public.v AS
 SELECT n
   FROM public.t_1;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.n

BEGIN;

ANALYZE public.t (n);

COMMIT;
