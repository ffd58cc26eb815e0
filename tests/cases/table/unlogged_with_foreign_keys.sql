-- Tables that refer to each other become unlogged, others logged: no logged table refers to one that is not.

-- from
CREATE TABLE a (id integer PRIMARY KEY);
CREATE TABLE b (id integer PRIMARY KEY REFERENCES a, up integer REFERENCES b);
CREATE TABLE c (b integer REFERENCES b);
CREATE UNLOGGED TABLE z (id integer PRIMARY KEY);
CREATE UNLOGGED TABLE y (id integer PRIMARY KEY REFERENCES z);
CREATE UNLOGGED TABLE x (y integer REFERENCES y);

-- to
CREATE UNLOGGED TABLE a (id integer PRIMARY KEY);
CREATE UNLOGGED TABLE b (id integer PRIMARY KEY REFERENCES a, up integer REFERENCES b);
CREATE UNLOGGED TABLE c (b integer REFERENCES b);
CREATE TABLE z (id integer PRIMARY KEY);
CREATE TABLE y (id integer PRIMARY KEY REFERENCES z);
CREATE TABLE x (y integer REFERENCES y);

-- plan
-- changes table c, table b, table a, table z, table y and 1 more
-- hazard unlogged:c: a crash empties it, and standbys do not have its rows
-- hazard unlogged:b: a crash empties it, and standbys do not have its rows
-- hazard unlogged:a: a crash empties it, and standbys do not have its rows

BEGIN;

ALTER TABLE public.c SET UNLOGGED;

ALTER TABLE public.b SET UNLOGGED;

ALTER TABLE public.a SET UNLOGGED;

ALTER TABLE public.z SET LOGGED;

ALTER TABLE public.y SET LOGGED;

ALTER TABLE public.x SET LOGGED;

COMMIT;
