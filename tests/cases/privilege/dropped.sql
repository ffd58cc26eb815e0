-- Privileges go with what they are on.
-- allow: drop-table:t

-- from
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT a FROM t;
GRANT SELECT ON t, v TO case_reader;
CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
REVOKE ALL ON FUNCTION f() FROM PUBLIC;

-- to

-- plan
-- drops view v, function public.f(), table t
-- hazard drop-view:v: a program that reads it fails
-- hazard drop-function:public.f(): a program that calls it fails
-- hazard drop-table:t: the table and its rows are lost

BEGIN;

DROP VIEW public.v;

DROP FUNCTION public.f();

DROP TABLE public.t;

COMMIT;
