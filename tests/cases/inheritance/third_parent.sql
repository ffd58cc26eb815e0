-- A third parent, and the first one goes.

-- from
CREATE TABLE a (x text);
CREATE TABLE b (y text);
CREATE TABLE d (z text);
CREATE TABLE c (x text, y text, z text) INHERITS (a, b);

-- to
CREATE TABLE a (x text);
CREATE TABLE b (y text);
CREATE TABLE d (z text);
CREATE TABLE c (x text, y text, z text) INHERITS (b, d);

-- plan
-- creates table c as one of d; drops table c as one of a
-- hazard no-inherit:c: a has the rows no longer

BEGIN;

ALTER TABLE public.c NO INHERIT public.a;

ALTER TABLE public.c INHERIT public.d;

COMMIT;
