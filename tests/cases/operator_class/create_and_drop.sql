-- An operator class comes with its family, another goes.
-- superuser

-- from
CREATE TYPE pair AS (x integer, y integer);
CREATE FUNCTION pair_lt(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.x < $2.x';
CREATE FUNCTION pair_gt(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.x > $2.x';
CREATE FUNCTION pair_eq(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.x = $2.x';
CREATE FUNCTION pair_cmp(pair, pair) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1.x - $2.x';
CREATE OPERATOR <# (FUNCTION = pair_lt, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = #>);
CREATE OPERATOR #> (FUNCTION = pair_gt, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = <#);
CREATE OPERATOR =# (FUNCTION = pair_eq, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = =#);
CREATE OPERATOR CLASS old_ops FOR TYPE pair USING btree AS
    OPERATOR 1 <#, OPERATOR 3 =#, OPERATOR 5 #>, FUNCTION 1 pair_cmp(pair, pair);

-- to
CREATE TYPE pair AS (x integer, y integer);
CREATE FUNCTION pair_lt(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.x < $2.x';
CREATE FUNCTION pair_gt(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.x > $2.x';
CREATE FUNCTION pair_eq(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.x = $2.x';
CREATE FUNCTION pair_cmp(pair, pair) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1.x - $2.x';
CREATE OPERATOR <# (FUNCTION = pair_lt, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = #>);
CREATE OPERATOR #> (FUNCTION = pair_gt, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = <#);
CREATE OPERATOR =# (FUNCTION = pair_eq, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = =#);
CREATE OPERATOR CLASS pair_ops FOR TYPE pair USING btree AS
    OPERATOR 1 <#, OPERATOR 3 =#, OPERATOR 5 #>, FUNCTION 1 pair_cmp(pair, pair);
CREATE TABLE t (a pair);
CREATE INDEX i ON t (a pair_ops);
COMMENT ON OPERATOR CLASS pair_ops USING btree IS 'by x';
COMMENT ON OPERATOR FAMILY pair_ops USING btree IS 'all of them';

-- plan
-- creates operator family public.pair_ops USING btree, operator class public.pair_ops USING btree, table t, index i; drops operator class public.old_ops USING btree, operator family public.old_ops USING btree

BEGIN;

CREATE OPERATOR FAMILY public.pair_ops USING btree;
COMMENT ON OPERATOR FAMILY public.pair_ops USING btree IS 'all of them';

CREATE OPERATOR CLASS public.pair_ops FOR TYPE public.pair USING btree FAMILY public.pair_ops AS OPERATOR 1 public.<#(public.pair,public.pair), OPERATOR 3 public.=#(public.pair,public.pair), OPERATOR 5 public.#>(public.pair,public.pair), FUNCTION 1 (public.pair, public.pair) public.pair_cmp(public.pair,public.pair);
COMMENT ON OPERATOR CLASS public.pair_ops USING btree IS 'by x';

CREATE TABLE public.t (
    a public.pair
);

CREATE INDEX i ON public.t USING btree (a public.pair_ops);

DROP OPERATOR CLASS public.old_ops USING btree;

DROP OPERATOR FAMILY public.old_ops USING btree;

COMMIT;
