-- A plain table becomes a partitioned one: refused, since its rows would be lost.

-- from
CREATE TABLE o (id serial PRIMARY KEY);
CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY, o_id integer REFERENCES o, n serial);
CREATE INDEX ON t (o_id);

-- to
CREATE TABLE o (id serial PRIMARY KEY);
CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY, o_id integer REFERENCES o, n serial) PARTITION BY HASH (id);
CREATE TABLE t_0 PARTITION OF t FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE INDEX ON t (o_id);

-- refused
drop-table:t: the table and its rows are lost
  help: if t became t_0, write on the model of t_0: #[model(renamed_from = "t")]
        if that is what you want: --allow drop-table:t

-- plan
-- creates table t, table t_0, index t_0_o_id_idx, index t_o_id_idx, table t_0 as one of t and 1 more; changes sequence t_n_seq; drops foreign key t_o_id_fkey on t, table t
-- hazard drop-table:t: the table and its rows are lost
-- hazard identity-restarts:t.id: begins at its start again, and may give a number that a row has: set its sequence by hand

BEGIN;

ALTER SEQUENCE public.t_n_seq OWNED BY NONE;

ALTER TABLE public.t DROP CONSTRAINT t_o_id_fkey;

DROP TABLE public.t;
CREATE TABLE public.t (
    id integer NOT NULL GENERATED ALWAYS AS IDENTITY,
    o_id integer,
    n integer NOT NULL DEFAULT nextval('public.t_n_seq'::regclass)
) PARTITION BY HASH (id);

ALTER SEQUENCE public.t_n_seq OWNED BY public.t.n;

CREATE TABLE public.t_0 (
    id integer NOT NULL,
    o_id integer,
    n integer NOT NULL DEFAULT nextval('public.t_n_seq'::regclass)
);

CREATE INDEX t_0_o_id_idx ON public.t_0 USING btree (o_id);

CREATE INDEX t_o_id_idx ON public.t USING btree (o_id);

ALTER TABLE public.t ATTACH PARTITION public.t_0 FOR VALUES WITH (modulus 1, remainder 0);

ALTER TABLE public.t ADD CONSTRAINT t_o_id_fkey FOREIGN KEY (o_id) REFERENCES public.o(id);

COMMIT;

-- plan from 18
-- creates table t, table t_0, index t_0_o_id_idx, index t_o_id_idx, table t_0 as one of t and 1 more; changes sequence t_n_seq; drops foreign key t_o_id_fkey on t, table t
-- hazard drop-table:t: the table and its rows are lost
-- hazard identity-restarts:t.id: begins at its start again, and may give a number that a row has: set its sequence by hand

BEGIN;

ALTER SEQUENCE public.t_n_seq OWNED BY NONE;

ALTER TABLE public.t DROP CONSTRAINT t_o_id_fkey;

DROP TABLE public.t;
CREATE TABLE public.t (
    id integer CONSTRAINT t_id_not_null NOT NULL GENERATED ALWAYS AS IDENTITY,
    o_id integer,
    n integer CONSTRAINT t_n_not_null NOT NULL DEFAULT nextval('public.t_n_seq'::regclass)
) PARTITION BY HASH (id);

ALTER SEQUENCE public.t_n_seq OWNED BY public.t.n;

CREATE TABLE public.t_0 (
    id integer CONSTRAINT t_id_not_null NOT NULL,
    o_id integer,
    n integer CONSTRAINT t_n_not_null NOT NULL DEFAULT nextval('public.t_n_seq'::regclass)
);

CREATE INDEX t_0_o_id_idx ON public.t_0 USING btree (o_id);

CREATE INDEX t_o_id_idx ON public.t USING btree (o_id);

ALTER TABLE public.t ATTACH PARTITION public.t_0 FOR VALUES WITH (modulus 1, remainder 0);

ALTER TABLE public.t ADD CONSTRAINT t_o_id_fkey FOREIGN KEY (o_id) REFERENCES public.o(id);

COMMIT;
