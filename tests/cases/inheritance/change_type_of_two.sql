-- A column that comes from two parents changes its type.

-- from
CREATE TABLE a (id integer);
CREATE TABLE b (id integer);
CREATE TABLE c (id integer) INHERITS (a, b);

-- to
CREATE TABLE a (id bigint);
CREATE TABLE b (id bigint);
CREATE TABLE c (id bigint) INHERITS (a, b);

-- rows
INSERT INTO c VALUES (1);

-- then
SELECT id FROM b;
-- 1

-- plan
-- creates table c as one of a, table c as one of b; changes column a.id, column b.id, column c.id; drops table c as one of a, table c as one of b
-- hazard change-type:a.id: integer to bigint: a program that expects the old type may fail
-- hazard change-type:b.id: integer to bigint: a program that expects the old type may fail
-- hazard change-type:c.id: integer to bigint: a program that expects the old type may fail

BEGIN;

ALTER TABLE public.c NO INHERIT public.a;

ALTER TABLE public.c NO INHERIT public.b;

ALTER TABLE public.a ALTER COLUMN id TYPE bigint;

ALTER TABLE public.b ALTER COLUMN id TYPE bigint;

ALTER TABLE public.c ALTER COLUMN id TYPE bigint;

ALTER TABLE public.c INHERIT public.a;

ALTER TABLE public.c INHERIT public.b;

COMMIT;
