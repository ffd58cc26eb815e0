-- The options of a view come, change and go.
-- since: 15

-- from
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT a FROM t WHERE a > 1;
CREATE VIEW w WITH (security_barrier = true) AS SELECT a FROM t;
CREATE VIEW x AS SELECT a FROM t WHERE a > 1 WITH LOCAL CHECK OPTION;

-- to
CREATE TABLE t (a integer);
CREATE VIEW v WITH (security_barrier = true, security_invoker = true) AS SELECT a FROM t WHERE a > 1;
CREATE VIEW w AS SELECT a FROM t;
CREATE VIEW x AS SELECT a FROM t WHERE a > 1 WITH CASCADED CHECK OPTION;

-- plan
-- changes view v, view w, view x

BEGIN;

CREATE OR REPLACE VIEW public.v WITH (security_barrier=true, security_invoker=true) AS
 SELECT t.a
   FROM public.t
  WHERE (t.a > 1);

CREATE OR REPLACE VIEW public.w AS
 SELECT t.a
   FROM public.t;

CREATE OR REPLACE VIEW public.x WITH (check_option=cascaded) AS
 SELECT t.a
   FROM public.t
  WHERE (t.a > 1);

COMMIT;

-- plan from 16
-- changes view v, view w, view x

BEGIN;

CREATE OR REPLACE VIEW public.v WITH (security_barrier=true, security_invoker=true) AS
 SELECT a
   FROM public.t
  WHERE (a > 1);

CREATE OR REPLACE VIEW public.w AS
 SELECT a
   FROM public.t;

CREATE OR REPLACE VIEW public.x WITH (check_option=cascaded) AS
 SELECT a
   FROM public.t
  WHERE (a > 1);

COMMIT;
