-- The state function of an aggregate and of an operator takes another type.

-- from
CREATE FUNCTION s(a bigint, b integer) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN a + b;
CREATE AGGREGATE g(integer) (SFUNC = s, STYPE = bigint, INITCOND = '0');
CREATE VIEW v AS SELECT g(x) FROM generate_series(1, 3) x;
CREATE OPERATOR ### (LEFTARG = bigint, RIGHTARG = integer, FUNCTION = s);
CREATE TABLE t (a integer, b integer, CHECK ((a OPERATOR(public.###) b) > 0));

-- to
CREATE FUNCTION s(a numeric, b integer) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN a + b;
CREATE AGGREGATE g(integer) (SFUNC = s, STYPE = numeric, INITCOND = '0');
CREATE VIEW v AS SELECT g(x) FROM generate_series(1, 3) x;
CREATE OPERATOR ### (LEFTARG = numeric, RIGHTARG = integer, FUNCTION = s);
CREATE TABLE t (a integer, b integer, CHECK ((a OPERATOR(public.###) b) > 0));

-- rows
INSERT INTO t VALUES (1, 1);

-- plan
-- file 1 of 2, in a transaction: creates function public.s(a numeric, b integer), operator public.###(numeric, integer), aggregate public.g(integer), constraint t_check on t, view v; drops view v, aggregate public.g(integer), constraint t_check on t, operator public.###(bigint, integer), function public.s(a bigint, b integer)
-- hazard change-type:v.g: bigint to numeric: a program that expects the old type may fail
-- hazard changed-function:public.g(integer): returns numeric, no longer bigint: a program that calls it may fail
-- hazard drop-function:public.s(a bigint, b integer): a program that calls it fails

BEGIN;

SET check_function_bodies = off;

DROP VIEW public.v;

DROP AGGREGATE public.g(integer);

ALTER TABLE public.t DROP CONSTRAINT t_check;

DROP OPERATOR public.###(bigint, integer);

DROP FUNCTION public.s(a bigint, b integer);

CREATE OR REPLACE FUNCTION public.s(a numeric, b integer)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE
RETURN (a + (b)::numeric);

CREATE OPERATOR public.### (FUNCTION = public.s, LEFTARG = numeric, RIGHTARG = integer);

CREATE OR REPLACE AGGREGATE public.g(integer) (SFUNC = public.s, STYPE = numeric, INITCOND = '0');

ALTER TABLE public.t ADD CONSTRAINT t_check CHECK ((((a)::numeric OPERATOR(public.###) b) > (0)::numeric)) NOT VALID;

CREATE VIEW public.v AS
 SELECT public.g(x.x) AS g
   FROM generate_series(1, 3) x(x);

COMMIT;

-- file 2 of 2, in a transaction: validates constraint t_check on t
-- hazard add-check:t.t_check: fails if a row breaks it
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT t_check;

COMMIT;

-- plan from 16
-- file 1 of 2, in a transaction: creates function public.s(a numeric, b integer), operator public.###(numeric, integer), aggregate public.g(integer), constraint t_check on t, view v; drops view v, aggregate public.g(integer), constraint t_check on t, operator public.###(bigint, integer), function public.s(a bigint, b integer)
-- hazard change-type:v.g: bigint to numeric: a program that expects the old type may fail
-- hazard changed-function:public.g(integer): returns numeric, no longer bigint: a program that calls it may fail
-- hazard drop-function:public.s(a bigint, b integer): a program that calls it fails

BEGIN;

SET check_function_bodies = off;

DROP VIEW public.v;

DROP AGGREGATE public.g(integer);

ALTER TABLE public.t DROP CONSTRAINT t_check;

DROP OPERATOR public.###(bigint, integer);

DROP FUNCTION public.s(a bigint, b integer);

CREATE OR REPLACE FUNCTION public.s(a numeric, b integer)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE
RETURN (a + (b)::numeric);

CREATE OPERATOR public.### (FUNCTION = public.s, LEFTARG = numeric, RIGHTARG = integer);

CREATE OR REPLACE AGGREGATE public.g(integer) (SFUNC = public.s, STYPE = numeric, INITCOND = '0');

ALTER TABLE public.t ADD CONSTRAINT t_check CHECK ((((a)::numeric OPERATOR(public.###) b) > (0)::numeric)) NOT VALID;

CREATE VIEW public.v AS
 SELECT public.g(x) AS g
   FROM generate_series(1, 3) x(x);

COMMIT;

-- file 2 of 2, in a transaction: validates constraint t_check on t
-- hazard add-check:t.t_check: fails if a row breaks it
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT t_check;

COMMIT;
