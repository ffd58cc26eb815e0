-- What excludes rows of a partitioned table is made for the partitions with it.
-- since: 17

-- from

-- to
CREATE EXTENSION btree_gist;
CREATE TABLE p (k int, r int4range, EXCLUDE USING gist (k WITH =, r WITH &&)) PARTITION BY LIST (k);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2, 3) PARTITION BY LIST (k);
CREATE TABLE p2a PARTITION OF p2 FOR VALUES IN (2);

-- plan from 17
-- creates extension btree_gist, table p, table p1, table p2, table p2a and 3 more

BEGIN;

CREATE EXTENSION btree_gist WITH SCHEMA public;

CREATE TABLE public.p (
    k integer,
    r int4range,
    CONSTRAINT p_k_r_excl EXCLUDE USING gist (k WITH =, r WITH &&)
) PARTITION BY LIST (k);

CREATE TABLE public.p1 (
    k integer,
    r int4range
);

CREATE TABLE public.p2 (
    k integer,
    r int4range
) PARTITION BY LIST (k);

CREATE TABLE public.p2a (
    k integer,
    r int4range
);

ALTER TABLE public.p ATTACH PARTITION public.p1 FOR VALUES IN (1);

ALTER TABLE public.p ATTACH PARTITION public.p2 FOR VALUES IN (2, 3);

ALTER TABLE public.p2 ATTACH PARTITION public.p2a FOR VALUES IN (2);

COMMIT;
