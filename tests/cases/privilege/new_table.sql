-- A table, its column and its sequence come with privileges.

-- from

-- to
CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY, name text);
GRANT SELECT ON t TO case_reader;
GRANT UPDATE (name) ON t TO case_reader;
GRANT USAGE ON SEQUENCE t_id_seq TO case_reader;

-- plan
-- creates table t, sequence t_id_seq, column t.name

BEGIN;

CREATE TABLE public.t (
    id integer NOT NULL GENERATED ALWAYS AS IDENTITY,
    name text
);
GRANT SELECT ON TABLE public.t TO case_reader;

GRANT USAGE ON SEQUENCE public.t_id_seq TO case_reader;

GRANT UPDATE (name) ON TABLE public.t TO case_reader;

COMMIT;
