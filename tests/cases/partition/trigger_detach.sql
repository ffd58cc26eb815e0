-- A partition goes with the triggers of the whole, and has its own of that name then.

-- from
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();

-- to
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 (id integer, n integer, note text);
CREATE TRIGGER x BEFORE INSERT ON t_2 FOR EACH ROW EXECUTE FUNCTION f();
CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();

-- plan
-- creates trigger x on t_2; drops table t_2 as one of t
-- hazard detach-partition:t_2: t has the rows no longer

BEGIN;

ALTER TABLE public.t DETACH PARTITION public.t_2;

CREATE TRIGGER x BEFORE INSERT ON public.t_2 FOR EACH ROW EXECUTE FUNCTION public.f();

COMMIT;
