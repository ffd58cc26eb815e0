-- A column reaches all who inherit, in one of them with another default.

-- from
CREATE TABLE a (id integer, x text);
CREATE TABLE b (y text) INHERITS (a);
CREATE TABLE c () INHERITS (b);

-- to
CREATE TABLE a (id integer, x text, n integer DEFAULT 1);
CREATE TABLE b (y text) INHERITS (a);
CREATE TABLE c () INHERITS (b);
ALTER TABLE c ALTER n SET DEFAULT 2;

-- plan
-- creates column a.n; changes column c.n

BEGIN;

ALTER TABLE public.a ADD COLUMN n integer DEFAULT 1;

ALTER TABLE public.c ALTER COLUMN n SET DEFAULT 2;

COMMIT;
