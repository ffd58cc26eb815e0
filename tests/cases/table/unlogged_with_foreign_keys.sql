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
-- file 1 of 6, in a transaction: changes table c
-- hazard unlogged:c: a crash empties it, and standbys do not have its rows

BEGIN;

ALTER TABLE public.c SET UNLOGGED;

COMMIT;

-- file 2 of 6, in a transaction: changes table b
-- hazard unlogged:b: a crash empties it, and standbys do not have its rows

BEGIN;

ALTER TABLE public.b SET UNLOGGED;

COMMIT;

-- file 3 of 6, in a transaction: changes table a
-- hazard unlogged:a: a crash empties it, and standbys do not have its rows

BEGIN;

ALTER TABLE public.a SET UNLOGGED;

COMMIT;

-- file 4 of 6, in a transaction: changes table z

BEGIN;

ALTER TABLE public.z SET LOGGED;

COMMIT;

-- file 5 of 6, in a transaction: changes table y

BEGIN;

ALTER TABLE public.y SET LOGGED;

COMMIT;

-- file 6 of 6, in a transaction: changes table x

BEGIN;

ALTER TABLE public.x SET LOGGED;

COMMIT;
