-- A composite type comes and another one goes.

-- from
CREATE TYPE old AS (a integer);

-- to
CREATE TYPE pair AS (a integer, "B b" text COLLATE "C");
CREATE TABLE t (p pair, ps pair[]);

-- plan
-- creates type pair, table t; drops type old
-- hazard drop-type:old: a program that names it fails

BEGIN;

CREATE TYPE public.pair AS (a integer, "B b" text COLLATE pg_catalog."C");

CREATE TABLE public.t (
    p public.pair,
    ps public.pair[]
);

DROP TYPE public.old;

COMMIT;
