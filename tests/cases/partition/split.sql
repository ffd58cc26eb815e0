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
CREATE TABLE "public"."h1" (
    "at" date
);

CREATE TABLE "public"."h2" (
    "at" date
);

-- hazard drop-table:y: the table and its rows are lost
DROP TABLE "public"."y";

ALTER TABLE "public"."t" ATTACH PARTITION "public"."h1" FOR VALUES FROM ('2024-01-01') TO ('2024-07-01');

ALTER TABLE "public"."t" ATTACH PARTITION "public"."h2" FOR VALUES FROM ('2024-07-01') TO ('2025-01-01');
