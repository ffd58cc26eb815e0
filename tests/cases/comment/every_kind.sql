-- Comments on every kind of object come, change and go.

-- from
CREATE EXTENSION pg_trgm;
CREATE SCHEMA s;
CREATE TYPE mood AS ENUM ('sad');
CREATE TYPE pair AS (a integer, b integer);
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE SEQUENCE q;
CREATE TABLE t (a integer PRIMARY KEY, b integer REFERENCES t, c integer CHECK (c > 0));
CREATE INDEX t_c ON t (c);
CREATE VIEW v AS SELECT a, b FROM t;
CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
COMMENT ON TABLE t IS 'old';
COMMENT ON COLUMN t.c IS 'old';
COMMENT ON COLUMN v.a IS 'old';
COMMENT ON VIEW v IS 'old';
COMMENT ON INDEX t_c IS 'goes';

-- to
CREATE EXTENSION pg_trgm;
CREATE SCHEMA s;
CREATE TYPE mood AS ENUM ('sad');
CREATE TYPE pair AS (a integer, b integer);
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE SEQUENCE q;
CREATE TABLE t (a integer PRIMARY KEY, b integer REFERENCES t, c integer CHECK (c > 0));
CREATE INDEX t_c ON t (c);
CREATE VIEW v AS SELECT a, b FROM t;
CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
COMMENT ON EXTENSION pg_trgm IS 'similar texts';
COMMENT ON SCHEMA s IS 'a schema';
COMMENT ON SCHEMA public IS 'ours';
COMMENT ON TYPE mood IS 'a mood';
COMMENT ON TYPE pair IS 'a pair';
COMMENT ON DOMAIN positive IS 'a number';
COMMENT ON SEQUENCE q IS 'a sequence';
COMMENT ON TABLE t IS 'it''s "new"';
COMMENT ON COLUMN t.c IS E'back\\slash\nand a new line; -- no comment';
COMMENT ON CONSTRAINT t_pkey ON t IS 'a key';
COMMENT ON CONSTRAINT t_b_fkey ON t IS 'a foreign key';
COMMENT ON CONSTRAINT t_c_check ON t IS 'a check';
COMMENT ON INDEX t_pkey IS 'the index of a key';
COMMENT ON COLUMN v.b IS 'new';
COMMENT ON MATERIALIZED VIEW m IS 'a materialized view';
COMMENT ON COLUMN m.a IS 'its column';
COMMENT ON FUNCTION f() IS 'a function';
COMMENT ON TRIGGER g ON t IS 'a trigger';

-- plan
-- changes materialized view m, view v

BEGIN;

COMMENT ON SCHEMA public IS 'ours';

COMMENT ON SCHEMA s IS 'a schema';

COMMENT ON EXTENSION pg_trgm IS 'similar texts';

COMMENT ON TYPE public.mood IS 'a mood';

COMMENT ON TYPE public.pair IS 'a pair';

COMMENT ON DOMAIN public.positive IS 'a number';

COMMENT ON SEQUENCE public.q IS 'a sequence';

COMMENT ON TABLE public.t IS 'it''s "new"';

COMMENT ON COLUMN public.t.c IS E'back\\slash
and a new line; -- no comment';

COMMENT ON CONSTRAINT t_c_check ON public.t IS 'a check';

COMMENT ON CONSTRAINT t_pkey ON public.t IS 'a key';

COMMENT ON INDEX public.t_c IS NULL;

COMMENT ON INDEX public.t_pkey IS 'the index of a key';

COMMENT ON CONSTRAINT t_b_fkey ON public.t IS 'a foreign key';

COMMENT ON FUNCTION public.f() IS 'a function';

COMMENT ON COLUMN public.m.a IS 'its column';
COMMENT ON MATERIALIZED VIEW public.m IS 'a materialized view';

COMMENT ON COLUMN public.v.a IS NULL;
COMMENT ON COLUMN public.v.b IS 'new';
COMMENT ON VIEW public.v IS NULL;

COMMENT ON TRIGGER g ON public.t IS 'a trigger';

COMMIT;
