-- A view loses a column: views on it that do not use it are made again.

-- from
CREATE TABLE t (a integer, b integer);
CREATE VIEW v AS SELECT a, b FROM t;
CREATE VIEW w AS SELECT a FROM v;
CREATE MATERIALIZED VIEW m AS SELECT a FROM w;
CREATE INDEX m_a ON m (a);

-- to
CREATE TABLE t (a integer, b integer);
CREATE VIEW v AS SELECT a FROM t;
CREATE VIEW w AS SELECT a FROM v;
CREATE MATERIALIZED VIEW m AS SELECT a FROM w;
CREATE INDEX m_a ON m (a);

-- plan
-- creates view v, view w, materialized view m, index m_a; drops materialized view m, view w, view v
-- hazard rebuild-view:m: nobody can read it until its query has filled it again
-- hazard drop-column:v.b: a program that reads it fails

BEGIN;

DROP MATERIALIZED VIEW public.m;

DROP VIEW public.w;

DROP VIEW public.v;
CREATE VIEW public.v AS
 SELECT t.a
   FROM public.t;

CREATE VIEW public.w AS
 SELECT v.a
   FROM public.v;

CREATE MATERIALIZED VIEW public.m AS
 SELECT w.a
   FROM public.w;

CREATE INDEX m_a ON public.m USING btree (a);

COMMIT;

-- plan from 16
-- creates view v, view w, materialized view m, index m_a; drops materialized view m, view w, view v
-- hazard rebuild-view:m: nobody can read it until its query has filled it again
-- hazard drop-column:v.b: a program that reads it fails

BEGIN;

DROP MATERIALIZED VIEW public.m;

DROP VIEW public.w;

DROP VIEW public.v;
CREATE VIEW public.v AS
 SELECT a
   FROM public.t;

CREATE VIEW public.w AS
 SELECT a
   FROM public.v;

CREATE MATERIALIZED VIEW public.m AS
 SELECT a
   FROM public.w;

CREATE INDEX m_a ON public.m USING btree (a);

COMMIT;
