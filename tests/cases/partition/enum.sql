-- A label goes from an enum that partitions use, with defaults of their own.
-- allow: drop-enum-value:m.c

-- from
CREATE TYPE m AS ENUM ('a', 'b', 'c');
CREATE TABLE t (id integer, m m DEFAULT 'a') PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
ALTER TABLE t_1 ALTER m SET DEFAULT 'b';

-- to
CREATE TYPE m AS ENUM ('a', 'b');
CREATE TABLE t (id integer, m m DEFAULT 'a') PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
ALTER TABLE t_1 ALTER m SET DEFAULT 'b';

-- rows
INSERT INTO t VALUES (1, 'b');

-- then
SELECT m FROM t;
-- b

-- plan
-- file 1 of 2, in a transaction: changes column t_1.m, column t.m, enum m
-- hazard drop-enum-value:m.c: fails if a row has the label; rows must be changed first

BEGIN;

ALTER TABLE public.t_1 ALTER COLUMN m DROP DEFAULT;

ALTER TABLE ONLY public.t ALTER COLUMN m DROP DEFAULT;

ALTER TYPE public.m RENAME TO feedstock_old_m;
CREATE TYPE public.m AS ENUM ('a', 'b');

ALTER TABLE public.t ALTER COLUMN m TYPE public.m USING m::text::public.m;
ALTER TABLE ONLY public.t ALTER COLUMN m SET DEFAULT 'a'::public.m;

ALTER TABLE public.t_1 ALTER COLUMN m SET DEFAULT 'b'::public.m;

DROP TYPE public.feedstock_old_m;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.m

BEGIN;

ANALYZE public.t (m);

COMMIT;
