-- A server, a mapping, and foreign tables that are read by a view: each after what it needs. A secret is a placeholder.
-- superuser

-- from
CREATE EXTENSION postgres_fdw;

-- to
CREATE EXTENSION postgres_fdw;
CREATE SERVER s TYPE 'postgres' VERSION '15' FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'h', dbname 'it''s');
COMMENT ON SERVER s IS 'elsewhere';
CREATE ROLE foreign_app NOLOGIN;
GRANT USAGE ON FOREIGN SERVER s TO foreign_app;
CREATE USER MAPPING FOR foreign_app SERVER s OPTIONS (user 'u', password 'set by hand');
CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (user 'guest');
CREATE FUNCTION plus_one(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 1';
CREATE FOREIGN TABLE f (
    id integer OPTIONS (column_name 'ID') NOT NULL DEFAULT 1,
    v text COLLATE "C",
    next integer GENERATED ALWAYS AS (plus_one(id)) STORED,
    CONSTRAINT positive CHECK (plus_one(id) > 0)
) SERVER s OPTIONS (schema_name 'app', table_name 'f');
COMMENT ON FOREIGN TABLE f IS 'rows of elsewhere';
COMMENT ON COLUMN f.v IS 'its value';
GRANT SELECT ON f TO foreign_app;
GRANT UPDATE (v) ON f TO foreign_app;
CREATE VIEW reads AS SELECT id FROM f;
CREATE FUNCTION fire() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER fires BEFORE UPDATE ON f FOR EACH ROW EXECUTE FUNCTION fire();

-- plan
-- creates server s, user mapping FOR PUBLIC SERVER s, user mapping FOR foreign_app SERVER s, function public.fire(), function public.plus_one(integer) and 4 more
-- hazard secret-option:user mapping FOR foreign_app SERVER s: the value of option password is not read: replace 'set by hand' once this is applied

BEGIN;

SET check_function_bodies = off;

CREATE SERVER s TYPE 'postgres' VERSION '15' FOREIGN DATA WRAPPER postgres_fdw OPTIONS (dbname 'it''s', host 'h');
COMMENT ON SERVER s IS 'elsewhere';
GRANT USAGE ON FOREIGN SERVER s TO foreign_app;

CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS ("user" 'guest');

CREATE USER MAPPING FOR foreign_app SERVER s OPTIONS (password 'set by hand', "user" 'u');

CREATE OR REPLACE FUNCTION public.fire()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$BEGIN RETURN NEW; END$function$;

CREATE OR REPLACE FUNCTION public.plus_one(integer)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
AS $function$SELECT $1 + 1$function$;

CREATE FOREIGN TABLE public.f (
    id integer OPTIONS (column_name 'ID') DEFAULT 1 NOT NULL,
    v text COLLATE "C",
    next integer GENERATED ALWAYS AS (public.plus_one(id)) STORED,
    CONSTRAINT positive CHECK ((public.plus_one(id) > 0))
) SERVER s OPTIONS (schema_name 'app', table_name 'f');
COMMENT ON COLUMN public.f.v IS 'its value';
COMMENT ON FOREIGN TABLE public.f IS 'rows of elsewhere';
GRANT SELECT ON TABLE public.f TO foreign_app;

GRANT UPDATE (v) ON TABLE public.f TO foreign_app;

CREATE VIEW public.reads AS
 SELECT f.id
   FROM public.f;

CREATE TRIGGER fires BEFORE UPDATE ON public.f FOR EACH ROW EXECUTE FUNCTION public.fire();

COMMIT;

-- plan from 18
-- creates server s, user mapping FOR PUBLIC SERVER s, user mapping FOR foreign_app SERVER s, function public.fire(), function public.plus_one(integer) and 4 more
-- hazard secret-option:user mapping FOR foreign_app SERVER s: the value of option password is not read: replace 'set by hand' once this is applied

BEGIN;

SET check_function_bodies = off;

CREATE SERVER s TYPE 'postgres' VERSION '15' FOREIGN DATA WRAPPER postgres_fdw OPTIONS (dbname 'it''s', host 'h');
COMMENT ON SERVER s IS 'elsewhere';
GRANT USAGE ON FOREIGN SERVER s TO foreign_app;

CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS ("user" 'guest');

CREATE USER MAPPING FOR foreign_app SERVER s OPTIONS (password 'set by hand', "user" 'u');

CREATE OR REPLACE FUNCTION public.fire()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$BEGIN RETURN NEW; END$function$;

CREATE OR REPLACE FUNCTION public.plus_one(integer)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
AS $function$SELECT $1 + 1$function$;

CREATE FOREIGN TABLE public.f (
    id integer OPTIONS (column_name 'ID') DEFAULT 1 NOT NULL,
    v text COLLATE "C",
    next integer GENERATED ALWAYS AS (public.plus_one(id)) STORED,
    CONSTRAINT positive CHECK ((public.plus_one(id) > 0))
) SERVER s OPTIONS (schema_name 'app', table_name 'f');
COMMENT ON COLUMN public.f.v IS 'its value';
COMMENT ON FOREIGN TABLE public.f IS 'rows of elsewhere';
GRANT SELECT ON TABLE public.f TO foreign_app;

GRANT UPDATE (v) ON TABLE public.f TO foreign_app;

CREATE VIEW public.reads AS
 SELECT id
   FROM public.f;

CREATE TRIGGER fires BEFORE UPDATE ON public.f FOR EACH ROW EXECUTE FUNCTION public.fire();

COMMIT;
