-- A deferred trigger of a table whose rows get a value in one transaction runs at once.
-- fill: t.b = a
-- offline ok

-- from
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$;
CREATE TABLE t (a integer);
CREATE CONSTRAINT TRIGGER tr AFTER UPDATE ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION f();

-- to
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$;
CREATE TABLE t (a integer, b integer NOT NULL);
CREATE CONSTRAINT TRIGGER tr AFTER UPDATE ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION f();

-- rows
INSERT INTO t VALUES (1);

-- then
SELECT a, b FROM t;
-- 1 | 1

-- plan
-- creates column t.b; fills column t.b

BEGIN;

ALTER TABLE public.t ADD COLUMN b integer;
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE public.t SET b = a;
ALTER TABLE public.t ALTER COLUMN b SET NOT NULL;

COMMIT;
