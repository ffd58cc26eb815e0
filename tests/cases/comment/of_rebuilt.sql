-- What is made again keeps its comments.

-- from
CREATE FUNCTION add(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT a FROM t;
CREATE POLICY p ON t USING (a > 1);
CREATE STATISTICS s ON (a + 1) FROM t;
COMMENT ON VIEW v IS 'v';
COMMENT ON COLUMN v.a IS 'a';
COMMENT ON POLICY p ON t IS 'p';
COMMENT ON STATISTICS s IS 's';

-- to
CREATE FUNCTION add(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE TABLE t (a bigint);
CREATE VIEW v AS SELECT a FROM t;
CREATE POLICY p ON t USING (a > 1);
CREATE STATISTICS s ON (a + 1) FROM t;
COMMENT ON VIEW v IS 'v';
COMMENT ON COLUMN v.a IS 'a';
COMMENT ON POLICY p ON t IS 'p';
COMMENT ON STATISTICS s IS 's';

-- plan
-- file 1 of 2, in a transaction: creates view v, policy p on t, statistics public.s on t; changes column t.a; drops statistics public.s on t, policy p on t, view v
-- hazard change-type:v.a: integer to bigint: a program that expects the old type may fail
-- hazard change-type:t.a: integer to bigint: a program that expects the old type may fail

BEGIN;

DROP STATISTICS public.s;

DROP POLICY p ON public.t;

DROP VIEW public.v;

ALTER TABLE public.t ALTER COLUMN a TYPE bigint;

CREATE VIEW public.v AS
 SELECT t.a
   FROM public.t;
COMMENT ON COLUMN public.v.a IS 'a';
COMMENT ON VIEW public.v IS 'v';

CREATE POLICY p ON public.t USING ((a > 1));
COMMENT ON POLICY p ON public.t IS 'p';

CREATE STATISTICS public.s ON (a + 1) FROM public.t;
COMMENT ON STATISTICS public.s IS 's';

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a

BEGIN;

ANALYZE public.t (a);

COMMIT;

-- plan from 16
-- file 1 of 2, in a transaction: creates view v, policy p on t, statistics public.s on t; changes column t.a; drops statistics public.s on t, policy p on t, view v
-- hazard change-type:v.a: integer to bigint: a program that expects the old type may fail
-- hazard change-type:t.a: integer to bigint: a program that expects the old type may fail

BEGIN;

DROP STATISTICS public.s;

DROP POLICY p ON public.t;

DROP VIEW public.v;

ALTER TABLE public.t ALTER COLUMN a TYPE bigint;

CREATE VIEW public.v AS
 SELECT a
   FROM public.t;
COMMENT ON COLUMN public.v.a IS 'a';
COMMENT ON VIEW public.v IS 'v';

CREATE POLICY p ON public.t USING ((a > 1));
COMMENT ON POLICY p ON public.t IS 'p';

CREATE STATISTICS public.s ON (a + 1) FROM public.t;
COMMENT ON STATISTICS public.s IS 's';

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a

BEGIN;

ANALYZE public.t (a);

COMMIT;
