-- The function of a domain's default gives another type.

-- from
CREATE FUNCTION f() RETURNS integer LANGUAGE sql RETURN 1;
CREATE DOMAIN d AS integer DEFAULT f();
CREATE TABLE t (id integer, d d);

-- to
CREATE FUNCTION f() RETURNS smallint LANGUAGE sql RETURN 1::smallint;
CREATE DOMAIN d AS integer DEFAULT f();
CREATE TABLE t (id integer, d d);

-- rows
INSERT INTO t VALUES (1);

-- plan
-- file 1 of 2, in a transaction: creates function public.f(); changes domain d, column t.d; drops function public.f()
-- hazard changed-function:public.f(): returns smallint, no longer integer: a program that calls it may fail

BEGIN;

SET check_function_bodies = off;

ALTER DOMAIN public.d DROP DEFAULT;

DROP FUNCTION public.f();
CREATE OR REPLACE FUNCTION public.f()
 RETURNS smallint
 LANGUAGE sql
RETURN (1)::smallint;

ALTER DOMAIN public.d RENAME TO feedstock_old_d;
CREATE DOMAIN public.d AS integer;
ALTER DOMAIN public.d SET DEFAULT public.f();

ALTER TABLE public.t ALTER COLUMN d TYPE public.d USING d::text::public.d;

DROP DOMAIN public.feedstock_old_d;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.d

BEGIN;

ANALYZE public.t (d);

COMMIT;
