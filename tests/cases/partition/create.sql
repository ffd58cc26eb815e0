-- A table with partitions, each with its own names of indexes and keys, one with a default of its own.

-- from

-- to
CREATE TABLE t (id integer, at date NOT NULL DEFAULT '2024-01-01', note text, PRIMARY KEY (id, at), CHECK (id > 0)) PARTITION BY RANGE (at);
CREATE TABLE t_old PARTITION OF t FOR VALUES FROM (MINVALUE) TO ('2024-01-01');
CREATE TABLE t_2024 PARTITION OF t FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE t_rest PARTITION OF t DEFAULT;
CREATE INDEX ON t (note);
CREATE INDEX only_here ON t_2024 (id, note);
ALTER TABLE t_2024 ALTER note SET DEFAULT 'n', ADD CHECK (note <> '');
COMMENT ON TABLE t_2024 IS 'one year';

-- plan
-- creates table t, table t_2024, table t_old, table t_rest, index only_here and 7 more

BEGIN;

CREATE TABLE public.t (
    id integer NOT NULL,
    at date NOT NULL DEFAULT '2024-01-01'::date,
    note text,
    CONSTRAINT t_pkey PRIMARY KEY (id, at),
    CONSTRAINT t_id_check CHECK ((id > 0))
) PARTITION BY RANGE (at);

CREATE TABLE public.t_2024 (
    id integer NOT NULL,
    at date NOT NULL DEFAULT '2024-01-01'::date,
    note text DEFAULT 'n'::text,
    CONSTRAINT t_2024_pkey PRIMARY KEY (id, at),
    CONSTRAINT t_2024_note_check CHECK ((note <> ''::text)),
    CONSTRAINT t_id_check CHECK ((id > 0))
);
COMMENT ON TABLE public.t_2024 IS 'one year';

CREATE TABLE public.t_old (
    id integer NOT NULL,
    at date NOT NULL DEFAULT '2024-01-01'::date,
    note text,
    CONSTRAINT t_old_pkey PRIMARY KEY (id, at),
    CONSTRAINT t_id_check CHECK ((id > 0))
);

CREATE TABLE public.t_rest (
    id integer NOT NULL,
    at date NOT NULL DEFAULT '2024-01-01'::date,
    note text,
    CONSTRAINT t_rest_pkey PRIMARY KEY (id, at),
    CONSTRAINT t_id_check CHECK ((id > 0))
);

CREATE INDEX only_here ON public.t_2024 USING btree (id, note);

CREATE INDEX t_2024_note_idx ON public.t_2024 USING btree (note);

CREATE INDEX t_old_note_idx ON public.t_old USING btree (note);

CREATE INDEX t_rest_note_idx ON public.t_rest USING btree (note);

CREATE INDEX t_note_idx ON public.t USING btree (note);

ALTER TABLE public.t ATTACH PARTITION public.t_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

ALTER TABLE public.t ATTACH PARTITION public.t_old FOR VALUES FROM (MINVALUE) TO ('2024-01-01');

ALTER TABLE public.t ATTACH PARTITION public.t_rest DEFAULT;

COMMIT;

-- plan from 18
-- creates table t, table t_2024, table t_old, table t_rest, index only_here and 7 more

BEGIN;

CREATE TABLE public.t (
    id integer NOT NULL,
    at date NOT NULL DEFAULT '2024-01-01'::date,
    note text,
    CONSTRAINT t_pkey PRIMARY KEY (id, at),
    CONSTRAINT t_id_check CHECK ((id > 0))
) PARTITION BY RANGE (at);

CREATE TABLE public.t_2024 (
    id integer CONSTRAINT t_id_not_null NOT NULL,
    at date CONSTRAINT t_at_not_null NOT NULL DEFAULT '2024-01-01'::date,
    note text DEFAULT 'n'::text,
    CONSTRAINT t_2024_pkey PRIMARY KEY (id, at),
    CONSTRAINT t_2024_note_check CHECK ((note <> ''::text)),
    CONSTRAINT t_id_check CHECK ((id > 0))
);
COMMENT ON TABLE public.t_2024 IS 'one year';

CREATE TABLE public.t_old (
    id integer CONSTRAINT t_id_not_null NOT NULL,
    at date CONSTRAINT t_at_not_null NOT NULL DEFAULT '2024-01-01'::date,
    note text,
    CONSTRAINT t_old_pkey PRIMARY KEY (id, at),
    CONSTRAINT t_id_check CHECK ((id > 0))
);

CREATE TABLE public.t_rest (
    id integer CONSTRAINT t_id_not_null NOT NULL,
    at date CONSTRAINT t_at_not_null NOT NULL DEFAULT '2024-01-01'::date,
    note text,
    CONSTRAINT t_rest_pkey PRIMARY KEY (id, at),
    CONSTRAINT t_id_check CHECK ((id > 0))
);

CREATE INDEX only_here ON public.t_2024 USING btree (id, note);

CREATE INDEX t_2024_note_idx ON public.t_2024 USING btree (note);

CREATE INDEX t_old_note_idx ON public.t_old USING btree (note);

CREATE INDEX t_rest_note_idx ON public.t_rest USING btree (note);

CREATE INDEX t_note_idx ON public.t USING btree (note);

ALTER TABLE public.t ATTACH PARTITION public.t_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

ALTER TABLE public.t ATTACH PARTITION public.t_old FOR VALUES FROM (MINVALUE) TO ('2024-01-01');

ALTER TABLE public.t ATTACH PARTITION public.t_rest DEFAULT;

COMMIT;
