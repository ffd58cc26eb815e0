-- The enum of a partition key loses a label.
-- allow: drop-table:t
-- allow: drop-enum-value:e.c

-- from
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE TABLE t (e e) PARTITION BY LIST (e);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE t2 PARTITION OF t FOR VALUES IN ('b');

-- to
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (e e) PARTITION BY LIST (e);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE t2 PARTITION OF t FOR VALUES IN ('b');

-- rows
INSERT INTO t VALUES ('a'), ('b');

-- plan
-- creates table t, table t1 as one of t, table t2 as one of t; changes enum e, column t1.e, column t2.e; drops table t1 as one of t, table t2 as one of t, table t
-- hazard drop-table:t: the table is lost, and with it the rows of the partitions that go
-- hazard drop-enum-value:e.c: fails if a row has the label; rows must be changed first
-- hazard attach-partition:t1: fails if a row is not within IN ('a')
-- hazard attach-partition:t2: fails if a row is not within IN ('b')

BEGIN;

ALTER TABLE public.t DETACH PARTITION public.t1;

ALTER TABLE public.t DETACH PARTITION public.t2;

DROP TABLE public.t;

ALTER TYPE public.e RENAME TO feedstock_old_e;
CREATE TYPE public.e AS ENUM ('a', 'b');

CREATE TABLE public.t (
    e public.e
) PARTITION BY LIST (e);

ALTER TABLE public.t1 ALTER COLUMN e TYPE public.e USING e::text::public.e;

ALTER TABLE public.t2 ALTER COLUMN e TYPE public.e USING e::text::public.e;

ALTER TABLE public.t ATTACH PARTITION public.t1 FOR VALUES IN ('a');

ALTER TABLE public.t ATTACH PARTITION public.t2 FOR VALUES IN ('b');

DROP TYPE public.feedstock_old_e;

COMMIT;
