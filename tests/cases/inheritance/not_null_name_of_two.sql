-- A NOT NULL that comes from two parents is renamed on one of them, and then on both.
-- since: 18

-- from
CREATE TABLE a (x int CONSTRAINT ax NOT NULL);
CREATE TABLE b (x int CONSTRAINT bx NOT NULL);
CREATE TABLE c (x int CONSTRAINT ax NOT NULL) INHERITS (a, b);
CREATE TABLE d (x int CONSTRAINT same NOT NULL);
CREATE TABLE e (x int CONSTRAINT same NOT NULL);
CREATE TABLE f (x int CONSTRAINT same NOT NULL) INHERITS (d, e);

-- to
CREATE TABLE a (x int CONSTRAINT ay NOT NULL);
CREATE TABLE b (x int CONSTRAINT bx NOT NULL);
CREATE TABLE c (x int CONSTRAINT ay NOT NULL) INHERITS (a, b);
CREATE TABLE d (x int CONSTRAINT other NOT NULL);
CREATE TABLE e (x int CONSTRAINT other NOT NULL);
CREATE TABLE f (x int CONSTRAINT other NOT NULL) INHERITS (d, e);

-- plan from 18
-- creates table c as one of a, table c as one of b, table f as one of d, table f as one of e; changes column a.x, column c.x, column d.x, column e.x, column f.x; drops table c as one of a, table c as one of b, table f as one of d, table f as one of e

BEGIN;

ALTER TABLE public.c NO INHERIT public.a;

ALTER TABLE public.c NO INHERIT public.b;

ALTER TABLE public.f NO INHERIT public.d;

ALTER TABLE public.f NO INHERIT public.e;

ALTER TABLE public.a RENAME CONSTRAINT ax TO ay;

ALTER TABLE public.c RENAME CONSTRAINT ax TO ay;

ALTER TABLE public.d RENAME CONSTRAINT same TO other;

ALTER TABLE public.e RENAME CONSTRAINT same TO other;

ALTER TABLE public.f RENAME CONSTRAINT same TO other;

ALTER TABLE public.c INHERIT public.a;

ALTER TABLE public.c INHERIT public.b;

ALTER TABLE public.f INHERIT public.d;

ALTER TABLE public.f INHERIT public.e;

COMMIT;
