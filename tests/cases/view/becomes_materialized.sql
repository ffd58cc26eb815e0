-- A view becomes a materialized view of its name.

-- from
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT a FROM t;

-- to
CREATE TABLE t (a integer);
CREATE MATERIALIZED VIEW v AS SELECT a FROM t;

-- plan
-- creates materialized view v; drops view v
-- hazard drop-view:v: a materialized view takes its place, which is as old as its last refresh

BEGIN;

DROP VIEW public.v;

CREATE MATERIALIZED VIEW public.v AS
 SELECT t.a
   FROM public.t;

COMMIT;

-- plan from 16
-- creates materialized view v; drops view v
-- hazard drop-view:v: a materialized view takes its place, which is as old as its last refresh

BEGIN;

DROP VIEW public.v;

CREATE MATERIALIZED VIEW public.v AS
 SELECT a
   FROM public.t;

COMMIT;
