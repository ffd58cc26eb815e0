-- A tree, new and on a table that exists; rows point at rows.

-- from
CREATE TABLE a (id integer PRIMARY KEY, up integer);

-- to
CREATE TABLE a (id integer PRIMARY KEY, up integer REFERENCES a ON DELETE CASCADE);
CREATE TABLE b (id integer PRIMARY KEY, up integer REFERENCES b);

-- plan
-- file 1 of 2, in a transaction: creates table b, foreign key a_up_fkey on a, foreign key b_up_fkey on b
-- hazard unindexed-foreign-key:a.a_up_fkey: no index begins with up: whoever deletes a row of a waits until all of a is read

BEGIN;

CREATE TABLE public.b (
    id integer NOT NULL,
    up integer,
    CONSTRAINT b_pkey PRIMARY KEY (id)
);

ALTER TABLE public.a ADD CONSTRAINT a_up_fkey FOREIGN KEY (up) REFERENCES public.a(id) ON DELETE CASCADE NOT VALID;

ALTER TABLE public.b ADD CONSTRAINT b_up_fkey FOREIGN KEY (up) REFERENCES public.b(id);

COMMIT;

-- file 2 of 2, in a transaction: validates foreign key a_up_fkey on a
-- hazard add-foreign-key:a.a_up_fkey: fails if a row refers to nothing
-- hazard long-validation:a: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.a VALIDATE CONSTRAINT a_up_fkey;

COMMIT;
