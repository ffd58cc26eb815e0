-- An aggregate that gives another type is made again, and with it the view on it.

-- from
CREATE FUNCTION add(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE FUNCTION text_of(integer) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1::text';
CREATE TABLE t (a integer);
CREATE AGGREGATE total(integer) (SFUNC = add, STYPE = integer);
CREATE VIEW v AS SELECT total(a) AS sum FROM t;

-- to
CREATE FUNCTION add(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE FUNCTION text_of(integer) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1::text';
CREATE TABLE t (a integer);
CREATE AGGREGATE total(integer) (SFUNC = add, STYPE = integer, FINALFUNC = text_of);
CREATE VIEW v AS SELECT total(a) AS sum FROM t;

-- plan
-- creates aggregate public.total(integer), view v; drops view v, aggregate public.total(integer)
-- hazard change-type:v.sum: integer to text: a program that expects the old type may fail
-- hazard changed-function:public.total(integer): returns text, no longer integer: a program that calls it may fail

BEGIN;

DROP VIEW public.v;

DROP AGGREGATE public.total(integer);
CREATE OR REPLACE AGGREGATE public.total(integer) (SFUNC = public.add, STYPE = integer, FINALFUNC = public.text_of);

CREATE VIEW public.v AS
 SELECT public.total(t.a) AS sum
   FROM public.t;

COMMIT;

-- plan from 16
-- creates aggregate public.total(integer), view v; drops view v, aggregate public.total(integer)
-- hazard change-type:v.sum: integer to text: a program that expects the old type may fail
-- hazard changed-function:public.total(integer): returns text, no longer integer: a program that calls it may fail

BEGIN;

DROP VIEW public.v;

DROP AGGREGATE public.total(integer);
CREATE OR REPLACE AGGREGATE public.total(integer) (SFUNC = public.add, STYPE = integer, FINALFUNC = public.text_of);

CREATE VIEW public.v AS
 SELECT public.total(a) AS sum
   FROM public.t;

COMMIT;
