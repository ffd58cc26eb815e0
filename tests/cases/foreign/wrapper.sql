-- A foreign-data wrapper of the schema's own, its functions, options and privileges.
-- superuser

-- from
CREATE ROLE foreign_app2 NOLOGIN;
CREATE EXTENSION postgres_fdw;
CREATE FOREIGN DATA WRAPPER w OPTIONS (debug 'true', a 'b');
CREATE FOREIGN DATA WRAPPER gone;
CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (api_key 'set by hand');

-- to
CREATE EXTENSION postgres_fdw;
CREATE FOREIGN DATA WRAPPER w HANDLER postgres_fdw_handler OPTIONS (debug 'false', c 'd');
COMMENT ON FOREIGN DATA WRAPPER w IS 'mine';
GRANT USAGE ON FOREIGN DATA WRAPPER w TO foreign_app2;
CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (api_key 'set by hand', secret_token 'set by hand');

-- plan
-- changes foreign data wrapper w, server s; grants or revokes privileges on foreign data wrapper w; drops foreign data wrapper gone
-- hazard secret-option:server s: the value of option secret_token is not read: replace 'set by hand' once this is applied

BEGIN;

ALTER FOREIGN DATA WRAPPER w OPTIONS (DROP a);
ALTER FOREIGN DATA WRAPPER w HANDLER public.postgres_fdw_handler;
ALTER FOREIGN DATA WRAPPER w OPTIONS (ADD c 'd');
ALTER FOREIGN DATA WRAPPER w OPTIONS (SET debug 'false');
COMMENT ON FOREIGN DATA WRAPPER w IS 'mine';
GRANT USAGE ON FOREIGN DATA WRAPPER w TO foreign_app2;

ALTER SERVER s OPTIONS (ADD secret_token 'set by hand');

DROP FOREIGN DATA WRAPPER gone;

COMMIT;
