-- A type changes that a trigger's condition reads.

-- from
CREATE TABLE t (a integer);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER tr BEFORE UPDATE OF a ON t FOR EACH ROW WHEN (OLD.a <> NEW.a) EXECUTE FUNCTION f();

-- to
CREATE TABLE t (a bigint);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER tr BEFORE UPDATE OF a ON t FOR EACH ROW WHEN (OLD.a <> NEW.a) EXECUTE FUNCTION f();

-- plan
-- file 1 of 2, in a transaction: creates trigger tr on t; changes column t.a; drops trigger tr on t
-- hazard change-type:t.a: integer to bigint: a program that expects the old type may fail

BEGIN;

DROP TRIGGER tr ON public.t;

ALTER TABLE public.t ALTER COLUMN a TYPE bigint;

CREATE TRIGGER tr BEFORE UPDATE OF a ON public.t FOR EACH ROW WHEN ((old.a <> new.a)) EXECUTE FUNCTION public.f();

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a

BEGIN;

ANALYZE public.t (a);

COMMIT;
