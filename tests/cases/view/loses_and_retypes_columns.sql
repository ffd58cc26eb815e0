-- A view has a column less and one of another type; one that reads it has neither.

-- from
CREATE TABLE t (a integer, b integer, "the c" text, d varchar(5));
CREATE VIEW v AS SELECT a, b, "the c", d FROM t;
CREATE VIEW w AS SELECT d FROM v;
CREATE MATERIALIZED VIEW m AS SELECT d FROM w;

-- to
CREATE TABLE t (a integer, b integer, "the c" text, d varchar(5));
CREATE VIEW v AS SELECT a::bigint AS a, b, d::text AS d FROM t;
CREATE VIEW w AS SELECT d FROM v;
CREATE MATERIALIZED VIEW m AS SELECT d FROM w;

-- plan
-- creates view v, view w, materialized view m; drops materialized view m, view w, view v
-- hazard rebuild-view:m: nobody can read it until its query has filled it again
-- hazard change-type:v.a: integer to bigint: a program that expects the old type may fail
-- hazard drop-column:v.the c: a program that reads it fails

BEGIN;

DROP MATERIALIZED VIEW public.m;

DROP VIEW public.w;

DROP VIEW public.v;
CREATE VIEW public.v AS
 SELECT (t.a)::bigint AS a,
    t.b,
    (t.d)::text AS d
   FROM public.t;

CREATE VIEW public.w AS
 SELECT v.d
   FROM public.v;

CREATE MATERIALIZED VIEW public.m AS
 SELECT w.d
   FROM public.w;

COMMIT;

-- plan from 16
-- creates view v, view w, materialized view m; drops materialized view m, view w, view v
-- hazard rebuild-view:m: nobody can read it until its query has filled it again
-- hazard change-type:v.a: integer to bigint: a program that expects the old type may fail
-- hazard drop-column:v.the c: a program that reads it fails

BEGIN;

DROP MATERIALIZED VIEW public.m;

DROP VIEW public.w;

DROP VIEW public.v;
CREATE VIEW public.v AS
 SELECT (a)::bigint AS a,
    b,
    (d)::text AS d
   FROM public.t;

CREATE VIEW public.w AS
 SELECT d
   FROM public.v;

CREATE MATERIALIZED VIEW public.m AS
 SELECT d
   FROM public.w;

COMMIT;
