-- A key gets the name that a constraint trigger had.

-- from
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TABLE t (a integer, CONSTRAINT one UNIQUE (a));
CREATE CONSTRAINT TRIGGER two AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();

-- to
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TABLE t (a integer, CONSTRAINT two UNIQUE (a));

-- plan
-- file 1 of 2, outside a transaction: creates constraint two on t
-- hazard add-unique:t.two: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY two ON public.t USING btree (a);

-- file 2 of 2, in a transaction: creates constraint two on t; drops trigger two on t, constraint one on t

BEGIN;

DROP TRIGGER two ON public.t;

ALTER TABLE public.t DROP CONSTRAINT one;

ALTER TABLE public.t ADD CONSTRAINT two UNIQUE USING INDEX two;

COMMIT;
