-- NOT NULL that a child and its parents declare goes from all of them; a grandchild that inherits it follows.

-- from
CREATE TABLE p (a integer NOT NULL);
CREATE TABLE c (a integer NOT NULL) INHERITS (p);
CREATE TABLE b () INHERITS (c);

-- to
CREATE TABLE p (a integer);
CREATE TABLE c (a integer) INHERITS (p);
CREATE TABLE b () INHERITS (c);

-- rows
INSERT INTO c VALUES (1);

-- plan
-- changes column p.a

BEGIN;

ALTER TABLE public.p ALTER COLUMN a DROP NOT NULL;

COMMIT;

-- plan from 18
-- changes column p.a, column c.a

BEGIN;

ALTER TABLE public.p ALTER COLUMN a DROP NOT NULL;

ALTER TABLE public.c ALTER COLUMN a DROP NOT NULL;

COMMIT;
