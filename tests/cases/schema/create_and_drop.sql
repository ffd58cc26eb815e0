-- A schema with objects goes, another comes.
-- allow: drop-table:old.t

-- from
CREATE SCHEMA old;
CREATE TYPE old.e AS ENUM ('a');
CREATE TABLE old.t (id serial PRIMARY KEY, e old.e);
CREATE VIEW old.v AS SELECT id FROM old.t;

-- to
CREATE SCHEMA new;
COMMENT ON SCHEMA new IS 'fresh';
CREATE TYPE new.e AS ENUM ('a');
CREATE TABLE new.t (id serial PRIMARY KEY, e new.e);
CREATE VIEW new.v AS SELECT id FROM new.t;

-- plan
-- creates schema new, enum new.e, sequence new.t_id_seq, table new.t, view new.v; changes sequence new.t_id_seq; drops view old.v, table old.t, enum old.e, schema old
-- hazard drop-view:old.v: a program that reads it fails
-- hazard drop-table:old.t: the table and its rows are lost
-- hazard drop-type:old.e: a program that names it fails

BEGIN;

DROP VIEW old.v;

CREATE SCHEMA new;
COMMENT ON SCHEMA new IS 'fresh';

CREATE TYPE new.e AS ENUM ('a');

CREATE SEQUENCE new.t_id_seq AS integer;

CREATE TABLE new.t (
    id integer NOT NULL DEFAULT nextval('new.t_id_seq'::regclass),
    e new.e,
    CONSTRAINT t_pkey PRIMARY KEY (id)
);

ALTER SEQUENCE new.t_id_seq OWNED BY new.t.id;

CREATE VIEW new.v AS
 SELECT t.id
   FROM new.t;

DROP TABLE old.t;

DROP TYPE old.e;

DROP SCHEMA old;

COMMIT;

-- plan from 16
-- creates schema new, enum new.e, sequence new.t_id_seq, table new.t, view new.v; changes sequence new.t_id_seq; drops view old.v, table old.t, enum old.e, schema old
-- hazard drop-view:old.v: a program that reads it fails
-- hazard drop-table:old.t: the table and its rows are lost
-- hazard drop-type:old.e: a program that names it fails

BEGIN;

DROP VIEW old.v;

CREATE SCHEMA new;
COMMENT ON SCHEMA new IS 'fresh';

CREATE TYPE new.e AS ENUM ('a');

CREATE SEQUENCE new.t_id_seq AS integer;

CREATE TABLE new.t (
    id integer NOT NULL DEFAULT nextval('new.t_id_seq'::regclass),
    e new.e,
    CONSTRAINT t_pkey PRIMARY KEY (id)
);

ALTER SEQUENCE new.t_id_seq OWNED BY new.t.id;

CREATE VIEW new.v AS
 SELECT id
   FROM new.t;

DROP TABLE old.t;

DROP TYPE old.e;

DROP SCHEMA old;

COMMIT;
