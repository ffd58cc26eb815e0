-- A check calls a function whose signature changes.

-- from
CREATE FUNCTION ok(a integer) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT a > 0';
CREATE TABLE t (a integer CHECK (ok(a)));

-- to
CREATE FUNCTION ok(a integer, b integer DEFAULT 0) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT a > b';
CREATE TABLE t (a integer CHECK (ok(a)));

-- plan
-- file 1 of 2, in a transaction: creates function public.ok(a integer, b integer), constraint t_a_check on t; drops constraint t_a_check on t, function public.ok(a integer)
-- hazard drop-function:public.ok(a integer): a program that calls it fails

BEGIN;

SET check_function_bodies = off;

ALTER TABLE public.t DROP CONSTRAINT t_a_check;

DROP FUNCTION public.ok(a integer);

CREATE OR REPLACE FUNCTION public.ok(a integer, b integer DEFAULT 0)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
AS $function$SELECT a > b$function$;

ALTER TABLE public.t ADD CONSTRAINT t_a_check CHECK (public.ok(a)) NOT VALID;

COMMIT;

-- file 2 of 2, in a transaction: validates constraint t_a_check on t
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT t_a_check;

COMMIT;
