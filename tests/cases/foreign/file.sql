-- A foreign table of a file. Its option is needed from the beginning.
-- superuser

-- from
CREATE EXTENSION file_fdw;
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;

-- to
CREATE EXTENSION file_fdw;
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE log (at text, message text) SERVER files OPTIONS (filename '/dev/null', format 'csv');

-- plan
-- creates foreign table log

BEGIN;

CREATE FOREIGN TABLE public.log (
    at text,
    message text
) SERVER files OPTIONS (filename '/dev/null', format 'csv');

COMMIT;
