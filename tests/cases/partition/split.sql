-- Two partitions take the place of one.
-- allow: drop-table:y

-- from
CREATE TABLE t (at date) PARTITION BY RANGE (at);
CREATE TABLE y PARTITION OF t FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

-- to
CREATE TABLE t (at date) PARTITION BY RANGE (at);
CREATE TABLE h1 PARTITION OF t FOR VALUES FROM ('2024-01-01') TO ('2024-07-01');
CREATE TABLE h2 PARTITION OF t FOR VALUES FROM ('2024-07-01') TO ('2025-01-01');

-- plan
-- file 1 of 3, in a transaction: creates table h1, table h2

BEGIN;

CREATE TABLE public.h1 (
    at date
);

CREATE TABLE public.h2 (
    at date
);

COMMIT;

-- file 2 of 3, in a transaction: drops table y
-- hazard drop-table:y: the table and its rows are lost

BEGIN;

DROP TABLE public.y;

COMMIT;

-- file 3 of 3, in a transaction: changes table h1 as one of t, table h2 as one of t

BEGIN;

ALTER TABLE public.t ATTACH PARTITION public.h1 FOR VALUES FROM ('2024-01-01') TO ('2024-07-01');

ALTER TABLE public.t ATTACH PARTITION public.h2 FOR VALUES FROM ('2024-07-01') TO ('2025-01-01');

COMMIT;
