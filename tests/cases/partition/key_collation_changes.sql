-- The collation of a partition key is another one.
-- allow: drop-table:t

-- from
CREATE COLLATION c (provider = icu, locale = 'de');
CREATE TABLE t (id integer, v text COLLATE c) PARTITION BY RANGE (v);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM ('a') TO ('k');

-- to
CREATE COLLATION c (provider = icu, locale = 'en');
CREATE TABLE t (id integer, v text COLLATE c) PARTITION BY RANGE (v);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM ('a') TO ('k');

-- rows
INSERT INTO t VALUES (1, 'b');

-- plan
-- creates table t, table t1 as one of t; changes collation c, column t1.v; drops table t1 as one of t, table t
-- hazard drop-table:t: the table is lost, and with it the rows of the partitions that go
-- hazard change-collation:t1.v: its values are compared and sorted otherwise
-- hazard attach-partition:t1: fails if a row is not within FROM ('a') TO ('k')

BEGIN;

ALTER TABLE public.t DETACH PARTITION public.t1;

DROP TABLE public.t;

ALTER COLLATION public.c RENAME TO feedstock_old_c;
CREATE COLLATION public.c (PROVIDER = icu, LOCALE = 'en');

CREATE TABLE public.t (
    id integer,
    v text COLLATE public.c
) PARTITION BY RANGE (v);

ALTER TABLE public.t1 ALTER COLUMN v TYPE text COLLATE public.c USING v::text::text;

ALTER TABLE public.t ATTACH PARTITION public.t1 FOR VALUES FROM ('a') TO ('k');

DROP COLLATION public.feedstock_old_c;

COMMIT;
