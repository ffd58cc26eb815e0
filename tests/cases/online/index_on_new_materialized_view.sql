-- A materialized view that is made here gets its index directly.

-- from
CREATE TABLE t (a integer, b text);

-- to
CREATE TABLE t (a integer, b text);
CREATE MATERIALIZED VIEW v AS SELECT a, b FROM t;
CREATE INDEX i ON v (a);

-- plan
-- creates materialized view v, index i

BEGIN;

CREATE MATERIALIZED VIEW public.v AS
 SELECT t.a,
    t.b
   FROM public.t;

CREATE INDEX i ON public.v USING btree (a);

COMMIT;

-- plan from 16
-- creates materialized view v, index i

BEGIN;

CREATE MATERIALIZED VIEW public.v AS
 SELECT a,
    b
   FROM public.t;

CREATE INDEX i ON public.v USING btree (a);

COMMIT;
