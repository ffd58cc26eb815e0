-- Options, defaults, checks and new columns of what is foreign: nothing is made again.

-- from
CREATE EXTENSION postgres_fdw;
CREATE SERVER s VERSION '14' FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'a', port '5432', fetch_size '10');
CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (user 'a', password 'set by hand');
CREATE FOREIGN TABLE f (
    id integer OPTIONS (column_name 'x') NOT NULL,
    v text OPTIONS (column_name 'y') DEFAULT 'a',
    CONSTRAINT c CHECK (id > 0), CONSTRAINT gone CHECK (id > 1)
) SERVER s OPTIONS (table_name 'f', fetch_size '1');
CREATE VIEW reads AS SELECT id, v FROM f;

-- to
CREATE EXTENSION postgres_fdw;
CREATE SERVER s VERSION '15' FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'b', port '5432', dbname 'd');
CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (user 'b', password 'set by hand');
CREATE FOREIGN TABLE f (
    id integer OPTIONS (column_name 'z') DEFAULT 7,
    v text NOT NULL,
    at date OPTIONS (column_name 'AT') NOT NULL,
    CONSTRAINT c CHECK (id > 10), CONSTRAINT comes CHECK (v <> '')
) SERVER s OPTIONS (table_name 'g', schema_name 's');
ALTER FOREIGN TABLE f ALTER COLUMN v SET STATISTICS 500;
CREATE VIEW reads AS SELECT id, v FROM f;

-- plan
-- changes server s, user mapping FOR PUBLIC SERVER s, foreign table f

BEGIN;

ALTER SERVER s OPTIONS (DROP fetch_size);
ALTER SERVER s VERSION '15';
ALTER SERVER s OPTIONS (ADD dbname 'd');
ALTER SERVER s OPTIONS (SET host 'b');

ALTER USER MAPPING FOR PUBLIC SERVER s OPTIONS (SET "user" 'b');

ALTER FOREIGN TABLE public.f OPTIONS (DROP fetch_size);
ALTER FOREIGN TABLE public.f DROP CONSTRAINT gone;
ALTER FOREIGN TABLE public.f DROP CONSTRAINT c;
ALTER FOREIGN TABLE public.f ALTER COLUMN v OPTIONS (DROP column_name);
ALTER FOREIGN TABLE public.f ALTER COLUMN v DROP DEFAULT;
ALTER FOREIGN TABLE public.f ALTER COLUMN id DROP NOT NULL;
ALTER FOREIGN TABLE public.f ADD COLUMN at date;
ALTER FOREIGN TABLE public.f ALTER COLUMN id SET DEFAULT 7;
ALTER FOREIGN TABLE public.f ALTER COLUMN id OPTIONS (SET column_name 'z');
ALTER FOREIGN TABLE public.f ALTER COLUMN v SET NOT NULL;
ALTER FOREIGN TABLE public.f ALTER COLUMN at SET NOT NULL;
ALTER FOREIGN TABLE public.f ALTER COLUMN at OPTIONS (ADD column_name 'AT');
ALTER FOREIGN TABLE public.f ADD CONSTRAINT c CHECK ((id > 10));
ALTER FOREIGN TABLE public.f ADD CONSTRAINT comes CHECK ((v <> ''::text));
ALTER FOREIGN TABLE public.f OPTIONS (ADD schema_name 's');
ALTER FOREIGN TABLE public.f OPTIONS (SET table_name 'g');
ALTER FOREIGN TABLE public.f ALTER COLUMN v SET STATISTICS 500;

COMMIT;
