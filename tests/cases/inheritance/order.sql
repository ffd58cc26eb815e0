-- The parents come in another order.

-- from
CREATE TABLE a (x text);
CREATE TABLE b (y text);
CREATE TABLE c (x text, y text) INHERITS (a, b);

-- to
CREATE TABLE a (x text);
CREATE TABLE b (y text);
CREATE TABLE c (x text, y text) INHERITS (b, a);

-- plan
-- creates table c as one of a; drops table c as one of a

BEGIN;

ALTER TABLE public.c NO INHERIT public.a;
ALTER TABLE public.c INHERIT public.a;

COMMIT;
