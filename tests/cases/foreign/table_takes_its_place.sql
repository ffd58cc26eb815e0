-- A foreign table becomes a table.
-- one way: back, it drops a table

-- from
CREATE EXTENSION postgres_fdw;
CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw;
CREATE FOREIGN TABLE t (id integer) SERVER s;
CREATE VIEW v AS SELECT id FROM t;

-- to
CREATE EXTENSION postgres_fdw;
CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw;
CREATE TABLE t (id integer);
CREATE VIEW v AS SELECT id FROM t;

-- plan
-- creates table t, view v; drops view v, foreign table t
-- hazard drop-foreign-table:t: something else takes its place; its rows stay where they are

BEGIN;

DROP VIEW public.v;

DROP FOREIGN TABLE public.t;

CREATE TABLE public.t (
    id integer
);

CREATE VIEW public.v AS
 SELECT t.id
   FROM public.t;

COMMIT;

-- plan from 18
-- creates table t, view v; drops view v, foreign table t
-- hazard drop-foreign-table:t: something else takes its place; its rows stay where they are

BEGIN;

DROP VIEW public.v;

DROP FOREIGN TABLE public.t;

CREATE TABLE public.t (
    id integer
);

CREATE VIEW public.v AS
 SELECT id
   FROM public.t;

COMMIT;
