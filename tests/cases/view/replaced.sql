-- Another query with the same columns and one more: the view and what is on it stay.

-- from
CREATE TABLE t (a integer, b integer);
CREATE VIEW v AS SELECT a FROM t;
CREATE VIEW w AS SELECT a FROM v;
COMMENT ON COLUMN v.a IS 'kept';

-- to
CREATE TABLE t (a integer, b integer);
CREATE VIEW v WITH (security_barrier) AS SELECT a, b FROM t WHERE b > 0;
CREATE VIEW w AS SELECT a FROM v;
COMMENT ON COLUMN v.a IS 'kept';

-- plan
-- changes view v

BEGIN;

CREATE OR REPLACE VIEW public.v WITH (security_barrier=true) AS
 SELECT t.a,
    t.b
   FROM public.t
  WHERE (t.b > 0);

COMMIT;

-- plan from 16
-- changes view v

BEGIN;

CREATE OR REPLACE VIEW public.v WITH (security_barrier=true) AS
 SELECT a,
    b
   FROM public.t
  WHERE (b > 0);

COMMIT;
