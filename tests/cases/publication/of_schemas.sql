-- A publication of the tables of schemas: one comes with its schema, one goes with it, one is taken out.
-- since: 15
-- one way: it drops tables
-- superuser

-- from
CREATE SCHEMA a;
CREATE SCHEMA goes;
CREATE PUBLICATION p FOR TABLES IN SCHEMA a, goes;

-- to
CREATE SCHEMA a;
CREATE SCHEMA comes;
CREATE TABLE comes.t (id integer PRIMARY KEY);
CREATE TABLE t (id integer PRIMARY KEY);
CREATE PUBLICATION p FOR TABLES IN SCHEMA public, comes;

-- plan
-- creates schema comes, tables in schema comes of publication p, tables in schema public of publication p, table comes.t, table t; drops tables in schema goes of publication p, tables in schema a of publication p, schema goes
-- hazard drop-publication:tables in schema goes of publication p: subscribers get no more changes of its tables
-- hazard drop-publication:tables in schema a of publication p: subscribers get no more changes of its tables

BEGIN;

CREATE SCHEMA comes;

ALTER PUBLICATION p ADD TABLES IN SCHEMA comes;

ALTER PUBLICATION p ADD TABLES IN SCHEMA public;

CREATE TABLE comes.t (
    id integer NOT NULL,
    CONSTRAINT t_pkey PRIMARY KEY (id)
);

CREATE TABLE public.t (
    id integer NOT NULL,
    CONSTRAINT t_pkey PRIMARY KEY (id)
);

ALTER PUBLICATION p DROP TABLES IN SCHEMA goes;

ALTER PUBLICATION p DROP TABLES IN SCHEMA a;

DROP SCHEMA goes;

COMMIT;
