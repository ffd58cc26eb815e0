-- The function of a domain's check takes other arguments.

-- from
CREATE FUNCTION f(a integer) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN a > 0;
CREATE DOMAIN d AS integer CHECK (f(VALUE));
CREATE TABLE t (d d);

-- to
CREATE FUNCTION f(a bigint) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN a > 0;
CREATE DOMAIN d AS integer CHECK (f(VALUE));
CREATE TABLE t (d d);

-- rows
INSERT INTO t VALUES (1);

-- plan
-- file 1 of 2, in a transaction: creates function public.f(a bigint); changes domain d, column t.d; drops function public.f(a integer)
-- hazard drop-function:public.f(a integer): a program that calls it fails
-- hazard add-check:d.d_check: fails if a value of this type breaks it

BEGIN;

SET check_function_bodies = off;

ALTER DOMAIN public.d DROP CONSTRAINT d_check;

DROP FUNCTION public.f(a integer);

CREATE OR REPLACE FUNCTION public.f(a bigint)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
RETURN (a > 0);

ALTER DOMAIN public.d RENAME TO feedstock_old_d;
CREATE DOMAIN public.d AS integer;
ALTER DOMAIN public.d ADD CONSTRAINT d_check CHECK (public.f((VALUE)::bigint));

ALTER TABLE public.t ALTER COLUMN d TYPE public.d USING d::text::public.d;

DROP DOMAIN public.feedstock_old_d;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.d

BEGIN;

ANALYZE public.t (d);

COMMIT;
