-- Partitions of partitions: a list, of ranges, of hashes.

-- from

-- to
CREATE TABLE t (region text, at timestamp, id integer, PRIMARY KEY (region, at, id)) PARTITION BY LIST (region);
CREATE TABLE t_eu PARTITION OF t FOR VALUES IN ('at', 'de') PARTITION BY RANGE (at);
CREATE TABLE t_eu_new PARTITION OF t_eu FOR VALUES FROM ('2024-01-01') TO (MAXVALUE) PARTITION BY HASH (id);
CREATE TABLE t_eu_new_0 PARTITION OF t_eu_new FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE t_eu_new_1 PARTITION OF t_eu_new FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE INDEX t_by_id ON t (id DESC) WHERE id > 5;

-- plan
-- creates table t, table t_eu, table t_eu_new, table t_eu_new_0, table t_eu_new_1 and 9 more

BEGIN;

CREATE TABLE public.t (
    region text NOT NULL,
    at timestamp without time zone NOT NULL,
    id integer NOT NULL,
    CONSTRAINT t_pkey PRIMARY KEY (region, at, id)
) PARTITION BY LIST (region);

CREATE TABLE public.t_eu (
    region text NOT NULL,
    at timestamp without time zone NOT NULL,
    id integer NOT NULL,
    CONSTRAINT t_eu_pkey PRIMARY KEY (region, at, id)
) PARTITION BY RANGE (at);

CREATE TABLE public.t_eu_new (
    region text NOT NULL,
    at timestamp without time zone NOT NULL,
    id integer NOT NULL,
    CONSTRAINT t_eu_new_pkey PRIMARY KEY (region, at, id)
) PARTITION BY HASH (id);

CREATE TABLE public.t_eu_new_0 (
    region text NOT NULL,
    at timestamp without time zone NOT NULL,
    id integer NOT NULL,
    CONSTRAINT t_eu_new_0_pkey PRIMARY KEY (region, at, id)
);

CREATE TABLE public.t_eu_new_1 (
    region text NOT NULL,
    at timestamp without time zone NOT NULL,
    id integer NOT NULL,
    CONSTRAINT t_eu_new_1_pkey PRIMARY KEY (region, at, id)
);

CREATE INDEX t_eu_new_0_id_idx ON public.t_eu_new_0 USING btree (id DESC) WHERE (id > 5);

CREATE INDEX t_eu_new_1_id_idx ON public.t_eu_new_1 USING btree (id DESC) WHERE (id > 5);

CREATE INDEX t_eu_new_id_idx ON public.t_eu_new USING btree (id DESC) WHERE (id > 5);

CREATE INDEX t_eu_id_idx ON public.t_eu USING btree (id DESC) WHERE (id > 5);

CREATE INDEX t_by_id ON public.t USING btree (id DESC) WHERE (id > 5);

ALTER TABLE public.t ATTACH PARTITION public.t_eu FOR VALUES IN ('at', 'de');

ALTER TABLE public.t_eu ATTACH PARTITION public.t_eu_new FOR VALUES FROM ('2024-01-01 00:00:00') TO (MAXVALUE);

ALTER TABLE public.t_eu_new ATTACH PARTITION public.t_eu_new_0 FOR VALUES WITH (modulus 2, remainder 0);

ALTER TABLE public.t_eu_new ATTACH PARTITION public.t_eu_new_1 FOR VALUES WITH (modulus 2, remainder 1);

COMMIT;

-- plan from 18
-- creates table t, table t_eu, table t_eu_new, table t_eu_new_0, table t_eu_new_1 and 9 more

BEGIN;

CREATE TABLE public.t (
    region text NOT NULL,
    at timestamp without time zone NOT NULL,
    id integer NOT NULL,
    CONSTRAINT t_pkey PRIMARY KEY (region, at, id)
) PARTITION BY LIST (region);

CREATE TABLE public.t_eu (
    region text CONSTRAINT t_region_not_null NOT NULL,
    at timestamp without time zone CONSTRAINT t_at_not_null NOT NULL,
    id integer CONSTRAINT t_id_not_null NOT NULL,
    CONSTRAINT t_eu_pkey PRIMARY KEY (region, at, id)
) PARTITION BY RANGE (at);

CREATE TABLE public.t_eu_new (
    region text CONSTRAINT t_region_not_null NOT NULL,
    at timestamp without time zone CONSTRAINT t_at_not_null NOT NULL,
    id integer CONSTRAINT t_id_not_null NOT NULL,
    CONSTRAINT t_eu_new_pkey PRIMARY KEY (region, at, id)
) PARTITION BY HASH (id);

CREATE TABLE public.t_eu_new_0 (
    region text CONSTRAINT t_region_not_null NOT NULL,
    at timestamp without time zone CONSTRAINT t_at_not_null NOT NULL,
    id integer CONSTRAINT t_id_not_null NOT NULL,
    CONSTRAINT t_eu_new_0_pkey PRIMARY KEY (region, at, id)
);

CREATE TABLE public.t_eu_new_1 (
    region text CONSTRAINT t_region_not_null NOT NULL,
    at timestamp without time zone CONSTRAINT t_at_not_null NOT NULL,
    id integer CONSTRAINT t_id_not_null NOT NULL,
    CONSTRAINT t_eu_new_1_pkey PRIMARY KEY (region, at, id)
);

CREATE INDEX t_eu_new_0_id_idx ON public.t_eu_new_0 USING btree (id DESC) WHERE (id > 5);

CREATE INDEX t_eu_new_1_id_idx ON public.t_eu_new_1 USING btree (id DESC) WHERE (id > 5);

CREATE INDEX t_eu_new_id_idx ON public.t_eu_new USING btree (id DESC) WHERE (id > 5);

CREATE INDEX t_eu_id_idx ON public.t_eu USING btree (id DESC) WHERE (id > 5);

CREATE INDEX t_by_id ON public.t USING btree (id DESC) WHERE (id > 5);

ALTER TABLE public.t ATTACH PARTITION public.t_eu FOR VALUES IN ('at', 'de');

ALTER TABLE public.t_eu ATTACH PARTITION public.t_eu_new FOR VALUES FROM ('2024-01-01 00:00:00') TO (MAXVALUE);

ALTER TABLE public.t_eu_new ATTACH PARTITION public.t_eu_new_0 FOR VALUES WITH (modulus 2, remainder 0);

ALTER TABLE public.t_eu_new ATTACH PARTITION public.t_eu_new_1 FOR VALUES WITH (modulus 2, remainder 1);

COMMIT;
