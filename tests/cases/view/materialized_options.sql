-- A materialized view with storage parameters, an index and a mark is made again.

-- from
CREATE TABLE t (a integer, b text);
CREATE MATERIALIZED VIEW m WITH (fillfactor = 70) AS SELECT a FROM t;
CREATE UNIQUE INDEX mi ON m (a);
ALTER MATERIALIZED VIEW m CLUSTER ON mi;

-- to
CREATE TABLE t (a integer, b text);
CREATE MATERIALIZED VIEW m WITH (fillfactor = 80, toast.autovacuum_enabled = false) AS SELECT a, b FROM t;
CREATE UNIQUE INDEX mi ON m (a);
ALTER MATERIALIZED VIEW m CLUSTER ON mi;

-- plan
-- creates materialized view m, index mi, CLUSTER mark of m; drops materialized view m
-- hazard rebuild-view:m: nobody can read it until its query has filled it again

BEGIN;

DROP MATERIALIZED VIEW public.m;
CREATE MATERIALIZED VIEW public.m WITH (fillfactor=80, toast.autovacuum_enabled=false) AS
 SELECT t.a,
    t.b
   FROM public.t;

CREATE UNIQUE INDEX mi ON public.m USING btree (a);

ALTER TABLE public.m CLUSTER ON mi;

COMMIT;

-- plan from 16
-- creates materialized view m, index mi, CLUSTER mark of m; drops materialized view m
-- hazard rebuild-view:m: nobody can read it until its query has filled it again

BEGIN;

DROP MATERIALIZED VIEW public.m;
CREATE MATERIALIZED VIEW public.m WITH (fillfactor=80, toast.autovacuum_enabled=false) AS
 SELECT a,
    b
   FROM public.t;

CREATE UNIQUE INDEX mi ON public.m USING btree (a);

ALTER TABLE public.m CLUSTER ON mi;

COMMIT;
