-- Another table has the name of the old one's key: the old one goes first, and what refers to it before.
-- allow: drop-table:p

-- from
CREATE TABLE p (id integer, CONSTRAINT p_pkey PRIMARY KEY (id));
CREATE TABLE c (p_id integer CONSTRAINT c_p_fkey REFERENCES p (id));

-- to
CREATE TABLE q (id integer, CONSTRAINT p_pkey PRIMARY KEY (id));
CREATE TABLE c (p_id integer CONSTRAINT c_p_fkey REFERENCES q (id));

-- plan
-- file 1 of 2, in a transaction: creates table q, foreign key c_p_fkey on c; drops foreign key c_p_fkey on c, table p
-- hazard drop-table:p: the table and its rows are lost

BEGIN;

ALTER TABLE public.c DROP CONSTRAINT c_p_fkey;

DROP TABLE public.p;

CREATE TABLE public.q (
    id integer NOT NULL,
    CONSTRAINT p_pkey PRIMARY KEY (id)
);

ALTER TABLE public.c ADD CONSTRAINT c_p_fkey FOREIGN KEY (p_id) REFERENCES public.q(id) NOT VALID;

COMMIT;

-- file 2 of 2, in a transaction: validates foreign key c_p_fkey on c
-- hazard add-foreign-key:c.c_p_fkey: fails if a row refers to nothing
-- hazard long-validation:c: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.c VALIDATE CONSTRAINT c_p_fkey;

COMMIT;
