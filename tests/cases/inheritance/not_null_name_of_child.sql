-- A NOT NULL that comes from a parent has another name on the child.
-- since: 18

-- from
CREATE TABLE p (a int CONSTRAINT one NOT NULL, b int CONSTRAINT b_one NOT NULL, c int CONSTRAINT c_one NOT NULL);
CREATE TABLE h (a int CONSTRAINT own NOT NULL, b int CONSTRAINT b_own NOT NULL, c int CONSTRAINT c_one NOT NULL) INHERITS (p);
CREATE TABLE i () INHERITS (h);

-- to
CREATE TABLE p (a int CONSTRAINT two NOT NULL, b int CONSTRAINT b_one NOT NULL, c int CONSTRAINT c_two NOT NULL);
CREATE TABLE h (a int CONSTRAINT own NOT NULL, b int CONSTRAINT b_new NOT NULL, c int CONSTRAINT c_two NOT NULL) INHERITS (p);
CREATE TABLE i () INHERITS (h);

-- rows
INSERT INTO i VALUES (1, 2, 3);

-- plan from 18
-- creates table h as one of p; renames constraint c_one on p; changes column h.b, column p.a; drops table h as one of p

BEGIN;

ALTER TABLE public.p RENAME CONSTRAINT c_one TO c_two;

ALTER TABLE public.h NO INHERIT public.p;

ALTER TABLE public.h RENAME CONSTRAINT b_own TO b_new;

ALTER TABLE public.p RENAME CONSTRAINT one TO two;

ALTER TABLE public.h INHERIT public.p;

COMMIT;
