-- A table takes the name of a view, with another view on it that reads the same.

-- from
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT a FROM t;
CREATE VIEW w AS SELECT a FROM v;

-- to
CREATE TABLE t (a integer);
CREATE TABLE v (a integer);
CREATE VIEW w AS SELECT a FROM v;

-- plan
-- creates table v, view w; drops view w, view v
-- hazard drop-view:v: a table without rows takes its place

BEGIN;

DROP VIEW public.w;

DROP VIEW public.v;

CREATE TABLE public.v (
    a integer
);

CREATE VIEW public.w AS
 SELECT v.a
   FROM public.v;

COMMIT;

-- plan from 16
-- creates table v, view w; drops view w, view v
-- hazard drop-view:v: a table without rows takes its place

BEGIN;

DROP VIEW public.w;

DROP VIEW public.v;

CREATE TABLE public.v (
    a integer
);

CREATE VIEW public.w AS
 SELECT a
   FROM public.v;

COMMIT;
