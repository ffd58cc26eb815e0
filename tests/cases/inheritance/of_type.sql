-- A table of a type: its own options, a constraint.

-- from
CREATE TYPE y AS (id integer, x text);

-- to
CREATE TYPE y AS (id integer, x text);
CREATE TABLE t OF y (id WITH OPTIONS NOT NULL DEFAULT 1, PRIMARY KEY (id), CHECK (x <> ''));
CREATE TABLE u OF y;

-- plan
-- creates table t, table u

BEGIN;

CREATE TABLE public.t OF public.y (
    id WITH OPTIONS NOT NULL DEFAULT 1,
    CONSTRAINT t_pkey PRIMARY KEY (id),
    CONSTRAINT t_x_check CHECK ((x <> ''::text))
);

CREATE TABLE public.u OF public.y;

COMMIT;
