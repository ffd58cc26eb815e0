-- A view is made again, and the rule with it that lets it be written to.

-- from
CREATE TABLE t (a integer, b text);
CREATE VIEW v AS SELECT a, b FROM t;
CREATE RULE r AS ON INSERT TO v DO INSTEAD INSERT INTO t VALUES (new.a, new.b);

-- to
CREATE TABLE t (a integer, b text);
CREATE VIEW v AS SELECT b, a FROM t;
CREATE RULE r AS ON INSERT TO v DO INSTEAD INSERT INTO t VALUES (new.a, new.b);

-- plan
-- creates view v, rule r on v; drops view v

BEGIN;

DROP VIEW public.v;
CREATE VIEW public.v AS
 SELECT t.b,
    t.a
   FROM public.t;

CREATE RULE r AS
    ON INSERT TO public.v DO INSTEAD  INSERT INTO public.t (a, b)
  VALUES (new.a, new.b);

COMMIT;

-- plan from 16
-- creates view v, rule r on v; drops view v

BEGIN;

DROP VIEW public.v;
CREATE VIEW public.v AS
 SELECT b,
    a
   FROM public.t;

CREATE RULE r AS
    ON INSERT TO public.v DO INSTEAD  INSERT INTO public.t (a, b)
  VALUES (new.a, new.b);

COMMIT;
