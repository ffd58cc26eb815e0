-- All that is foreign goes, each before what it needs.
-- superuser

-- from
CREATE EXTENSION postgres_fdw;
CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw;
CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (user 'u', password 'set by hand');
CREATE FOREIGN TABLE f (id integer) SERVER s;
CREATE VIEW reads AS SELECT id FROM f;

-- to
CREATE SCHEMA empty;

-- plan
-- creates schema empty; drops view reads, foreign table f, user mapping FOR PUBLIC SERVER s, server s, extension postgres_fdw
-- hazard drop-view:reads: a program that reads it fails
-- hazard drop-foreign-table:f: a program that reads it fails; its rows stay where they are

BEGIN;

DROP VIEW public.reads;

DROP FOREIGN TABLE public.f;

CREATE SCHEMA empty;

DROP USER MAPPING FOR PUBLIC SERVER s;

DROP SERVER s;

DROP EXTENSION postgres_fdw;

COMMIT;
