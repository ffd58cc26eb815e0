-- A foreign key goes before the table that it refers to becomes unlogged, however long the rest takes.

-- from
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (p_id integer CONSTRAINT f REFERENCES p, n integer);

-- to
CREATE UNLOGGED TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (p_id integer, n integer UNIQUE);

-- plan
-- file 1 of 4, in a transaction: drops foreign key f on c

BEGIN;

ALTER TABLE public.c DROP CONSTRAINT f;

COMMIT;

-- file 2 of 4, in a transaction: changes table p
-- hazard unlogged:p: a crash empties it, and standbys do not have its rows

BEGIN;

ALTER TABLE public.p SET UNLOGGED;

COMMIT;

-- file 3 of 4, outside a transaction: creates constraint c_n_key on c
-- hazard add-unique:c.c_n_key: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY c_n_key ON public.c USING btree (n);

-- file 4 of 4, in a transaction: creates constraint c_n_key on c

BEGIN;

ALTER TABLE public.c ADD CONSTRAINT c_n_key UNIQUE USING INDEX c_n_key;

COMMIT;
