-- Checks of all who inherit come and go; one is for the parent alone.

-- from
CREATE TABLE a (id integer, x text, CONSTRAINT p CHECK (id > 0), CONSTRAINT q CHECK (id < 9));
CREATE TABLE b () INHERITS (a);

-- to
CREATE TABLE a (id integer, x text, CONSTRAINT p CHECK (id > 1), CONSTRAINT q CHECK (id < 9) NO INHERIT, CONSTRAINT r CHECK (x <> ''));
CREATE TABLE b () INHERITS (a);

-- plan
-- file 1 of 3, in a transaction: creates constraint p on a, constraint q on a, constraint r on a

BEGIN;

ALTER TABLE public.a ADD CONSTRAINT feedstock_new_p CHECK ((id > 1)) NOT VALID;

ALTER TABLE public.a ADD CONSTRAINT feedstock_new_q CHECK ((id < 9)) NO INHERIT NOT VALID;

ALTER TABLE public.a ADD CONSTRAINT r CHECK ((x <> ''::text)) NOT VALID;

COMMIT;

-- file 2 of 3, in a transaction: validates constraint p on a, constraint q on a, constraint r on a
-- hazard add-check:a.p: fails if a row breaks it
-- hazard long-validation:a: reads every row; nobody waits for it, and it may take its time
-- hazard add-check:a.q: fails if a row breaks it
-- hazard add-check:a.r: fails if a row breaks it

BEGIN;

ALTER TABLE public.a VALIDATE CONSTRAINT feedstock_new_p,
    VALIDATE CONSTRAINT feedstock_new_q,
    VALIDATE CONSTRAINT r;

COMMIT;

-- file 3 of 3, in a transaction: creates constraint p on a, constraint q on a

BEGIN;

ALTER TABLE public.a DROP CONSTRAINT p;
ALTER TABLE public.a RENAME CONSTRAINT feedstock_new_p TO p;

ALTER TABLE public.a DROP CONSTRAINT q;
ALTER TABLE public.a RENAME CONSTRAINT feedstock_new_q TO q;

COMMIT;
