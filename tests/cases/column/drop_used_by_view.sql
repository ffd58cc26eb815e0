-- A column goes that a view, which stays, used to show.
-- allow: drop-column:t.b

-- from
CREATE TABLE t (a integer, b integer);
CREATE VIEW v AS SELECT a, b FROM t;

-- to
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT a FROM t;

-- plan
-- creates view v; drops view v, column t.b
-- hazard drop-column:v.b: a program that reads it fails
-- hazard drop-column:t.b: the column and its values are lost

BEGIN;

DROP VIEW public.v;
CREATE VIEW public.v AS
 SELECT t.a
   FROM public.t;

ALTER TABLE public.t DROP COLUMN b;

COMMIT;

-- plan from 16
-- creates view v; drops view v, column t.b
-- hazard drop-column:v.b: a program that reads it fails
-- hazard drop-column:t.b: the column and its values are lost

BEGIN;

DROP VIEW public.v;
CREATE VIEW public.v AS
 SELECT a
   FROM public.t;

ALTER TABLE public.t DROP COLUMN b;

COMMIT;
