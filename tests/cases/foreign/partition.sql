-- A foreign table is a partition beside local ones, and another one inherits.
-- one way: back, it drops a column

-- from
CREATE EXTENSION postgres_fdw;
CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw;
CREATE TABLE events (id integer NOT NULL, at date NOT NULL, v text DEFAULT 'x') PARTITION BY RANGE (at);
CREATE TABLE events_new PARTITION OF events FOR VALUES FROM ('2026-01-01') TO (MAXVALUE);
CREATE FOREIGN TABLE events_old PARTITION OF events FOR VALUES FROM (MINVALUE) TO ('2020-01-01')
    SERVER s OPTIONS (table_name 'old');
CREATE TABLE base (id integer);

-- to
CREATE EXTENSION postgres_fdw;
CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw;
CREATE TABLE events (id integer NOT NULL, at date NOT NULL, v text DEFAULT 'x', more integer) PARTITION BY RANGE (at);
CREATE TABLE events_new PARTITION OF events FOR VALUES FROM ('2026-01-01') TO (MAXVALUE);
CREATE FOREIGN TABLE events_old PARTITION OF events (CONSTRAINT old CHECK (id > 0))
    FOR VALUES FROM (MINVALUE) TO ('2020-01-01') SERVER s OPTIONS (table_name 'older');
ALTER FOREIGN TABLE events_old ALTER COLUMN v SET DEFAULT 'y';
ALTER FOREIGN TABLE events_old ALTER COLUMN id OPTIONS (ADD column_name 'ID');
CREATE FOREIGN TABLE events_mid PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2026-01-01')
    SERVER s OPTIONS (table_name 'mid');
CREATE TABLE base (id integer);
CREATE FOREIGN TABLE heir (v text) INHERITS (base) SERVER s;

-- plan
-- creates column events.more, foreign table events_mid, foreign table heir; changes foreign table events_old

BEGIN;

ALTER TABLE public.events ADD COLUMN more integer;

CREATE FOREIGN TABLE public.events_mid PARTITION OF public.events FOR VALUES FROM ('2020-01-01') TO ('2026-01-01') SERVER s OPTIONS (table_name 'mid');

ALTER FOREIGN TABLE public.events_old ADD CONSTRAINT old CHECK ((id > 0));
ALTER FOREIGN TABLE public.events_old OPTIONS (SET table_name 'older');
ALTER FOREIGN TABLE public.events_old ALTER COLUMN id OPTIONS (ADD column_name 'ID');
ALTER FOREIGN TABLE public.events_old ALTER COLUMN v SET DEFAULT 'y'::text;

CREATE FOREIGN TABLE public.heir (
    v text
) INHERITS (public.base) SERVER s;

COMMIT;
