-- The type of a server cannot be changed: it is made again, with its mappings and tables.
-- superuser

-- from
CREATE EXTENSION postgres_fdw;
CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw;
CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (user 'u', password 'set by hand');
CREATE FOREIGN TABLE f (id integer) SERVER s;

-- to
CREATE EXTENSION postgres_fdw;
CREATE SERVER s TYPE 'other' FOREIGN DATA WRAPPER postgres_fdw;
CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (user 'u', password 'set by hand');
CREATE FOREIGN TABLE f (id integer) SERVER s;

-- plan
-- creates server s, user mapping FOR PUBLIC SERVER s, foreign table f; drops foreign table f, user mapping FOR PUBLIC SERVER s, server s
-- hazard secret-option:user mapping FOR PUBLIC SERVER s: the value of option password is not read: replace 'set by hand' once this is applied

BEGIN;

DROP FOREIGN TABLE public.f;

DROP USER MAPPING FOR PUBLIC SERVER s;

DROP SERVER s;
CREATE SERVER s TYPE 'other' FOREIGN DATA WRAPPER postgres_fdw;

CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (password 'set by hand', "user" 'u');

CREATE FOREIGN TABLE public.f (
    id integer
) SERVER s;

COMMIT;
