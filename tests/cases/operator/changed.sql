-- An operator that a view and an index use changes, and one of a single argument.

-- from
CREATE TABLE t (a integer, b text);
CREATE FUNCTION less(integer, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION off(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION nothing(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE OPERATOR <# (FUNCTION = less, LEFTARG = integer, RIGHTARG = text);
CREATE OPERATOR !# (FUNCTION = off, RIGHTARG = text);
CREATE VIEW v AS SELECT a FROM t WHERE a <# b;
CREATE INDEX i ON t (a) WHERE !# b;

-- to
CREATE TABLE t (a integer, b text);
CREATE FUNCTION less(integer, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION off(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION nothing(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE OPERATOR <# (FUNCTION = less, LEFTARG = integer, RIGHTARG = text, RESTRICT = scalarltsel);
CREATE OPERATOR !# (FUNCTION = nothing, RIGHTARG = text);
CREATE VIEW v AS SELECT a FROM t WHERE a <# b;
CREATE INDEX i ON t (a) WHERE !# b;

-- plan
-- file 1 of 2, in a transaction: creates operator public.!#(NONE, text), operator public.<#(integer, text), view v; drops view v, index i, operator public.<#(integer, text), operator public.!#(NONE, text)
-- hazard drop-index:i: queries that use it are slow until it is built again

BEGIN;

DROP VIEW public.v;

DROP INDEX public.i;

DROP OPERATOR public.<#(integer, text);

DROP OPERATOR public.!#(NONE, text);
CREATE OPERATOR public.!# (FUNCTION = public.nothing, RIGHTARG = text);

CREATE OPERATOR public.<# (FUNCTION = public.less, LEFTARG = integer, RIGHTARG = text, RESTRICT = scalarltsel);

CREATE VIEW public.v AS
 SELECT t.a
   FROM public.t
  WHERE (t.a OPERATOR(public.<#) t.b);

COMMIT;

-- file 2 of 2, outside a transaction: creates index i

CREATE INDEX CONCURRENTLY i ON public.t USING btree (a) WHERE (OPERATOR(public.!#) b);

-- plan from 16
-- file 1 of 2, in a transaction: creates operator public.!#(NONE, text), operator public.<#(integer, text), view v; drops view v, index i, operator public.<#(integer, text), operator public.!#(NONE, text)
-- hazard drop-index:i: queries that use it are slow until it is built again

BEGIN;

DROP VIEW public.v;

DROP INDEX public.i;

DROP OPERATOR public.<#(integer, text);

DROP OPERATOR public.!#(NONE, text);
CREATE OPERATOR public.!# (FUNCTION = public.nothing, RIGHTARG = text);

CREATE OPERATOR public.<# (FUNCTION = public.less, LEFTARG = integer, RIGHTARG = text, RESTRICT = scalarltsel);

CREATE VIEW public.v AS
 SELECT a
   FROM public.t
  WHERE (a OPERATOR(public.<#) b);

COMMIT;

-- file 2 of 2, outside a transaction: creates index i

CREATE INDEX CONCURRENTLY i ON public.t USING btree (a) WHERE (OPERATOR(public.!#) b);
