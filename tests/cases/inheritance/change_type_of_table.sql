-- The type of a table gets another attribute, and one changes; the rows stay.

-- from
CREATE TYPE y AS (id integer, x text);
CREATE TABLE t OF y (PRIMARY KEY (id));

-- to
CREATE TYPE y AS (id bigint, x text, z date);
CREATE TABLE t OF y (PRIMARY KEY (id));

-- rows
INSERT INTO t VALUES (1, 'x');

-- then
SELECT * FROM t;
-- 1 | x | NULL

-- plan
-- file 1 of 2, in a transaction: creates type y, column t.z, table t as one of y; changes column t.id; drops table t as one of y, type y
-- hazard change-type:t.id: integer to bigint: a program that expects the old type may fail

BEGIN;

ALTER TABLE public.t NOT OF;

DROP TYPE public.y;
CREATE TYPE public.y AS (id bigint, x text, z date);

ALTER TABLE public.t ALTER COLUMN id TYPE bigint;

ALTER TABLE public.t ADD COLUMN z date;

ALTER TABLE public.t OF public.y;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.id

BEGIN;

ANALYZE public.t (id);

COMMIT;
