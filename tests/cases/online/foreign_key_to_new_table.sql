-- A table in use gets a column that refers to a table that is made here.

-- from
CREATE TABLE r (a integer);

-- to
CREATE TABLE t (id integer PRIMARY KEY);
CREATE TABLE r (a integer, t integer REFERENCES t);

-- plan
-- file 1 of 2, in a transaction: creates table t, column r.t, foreign key r_t_fkey on r

BEGIN;

CREATE TABLE public.t (
    id integer NOT NULL,
    CONSTRAINT t_pkey PRIMARY KEY (id)
);

ALTER TABLE public.r ADD COLUMN t integer;

ALTER TABLE public.r ADD CONSTRAINT r_t_fkey FOREIGN KEY (t) REFERENCES public.t(id) NOT VALID;

COMMIT;

-- file 2 of 2, in a transaction: validates foreign key r_t_fkey on r
-- hazard long-validation:r: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.r VALIDATE CONSTRAINT r_t_fkey;

COMMIT;
