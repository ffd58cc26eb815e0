-- A child declares an inherited check as its own, too.
-- one way: what a table declares it keeps

-- from
CREATE TABLE a (id integer, x text, CONSTRAINT p CHECK (id > 0));
CREATE TABLE b () INHERITS (a);

-- to
CREATE TABLE a (id integer, x text, CONSTRAINT p CHECK (id > 0));
CREATE TABLE b (CONSTRAINT p CHECK (id > 0)) INHERITS (a);

-- plan
-- file 1 of 2, in a transaction: creates constraint p on b

BEGIN;

ALTER TABLE public.b ADD CONSTRAINT p CHECK ((id > 0)) NOT VALID;

COMMIT;

-- file 2 of 2, in a transaction: validates constraint p on b
-- hazard long-validation:b: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.b VALIDATE CONSTRAINT p;

COMMIT;
