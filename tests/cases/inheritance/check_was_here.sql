-- A check of a child alone becomes the parent's.

-- from
CREATE TABLE a (id integer, x text);
CREATE TABLE b (CONSTRAINT p CHECK (id > 0), CONSTRAINT q CHECK (id < 7)) INHERITS (a);

-- to
CREATE TABLE a (id integer, x text, CONSTRAINT p CHECK (id > 0), CONSTRAINT q CHECK (id < 9));
CREATE TABLE b (CONSTRAINT p CHECK (id > 0)) INHERITS (a);

-- plan
-- file 1 of 2, in a transaction: creates constraint p on a, constraint q on a; drops constraint q on b

BEGIN;

ALTER TABLE public.b DROP CONSTRAINT q;

ALTER TABLE public.a ADD CONSTRAINT p CHECK ((id > 0)) NOT VALID;

ALTER TABLE public.a ADD CONSTRAINT q CHECK ((id < 9)) NOT VALID;

COMMIT;

-- file 2 of 2, in a transaction: validates constraint p on a, constraint q on a
-- hazard add-check:a.p: fails if a row breaks it
-- hazard long-validation:a: reads every row; nobody waits for it, and it may take its time
-- hazard add-check:a.q: fails if a row breaks it

BEGIN;

ALTER TABLE public.a VALIDATE CONSTRAINT p,
    VALIDATE CONSTRAINT q;

COMMIT;
