-- Defaults: of the parent alone, and of a child alone.

-- from
CREATE TABLE a (id integer, x text);
CREATE TABLE b () INHERITS (a);

-- to
CREATE TABLE a (id integer, x text);
CREATE TABLE b () INHERITS (a);
ALTER TABLE ONLY a ALTER x SET DEFAULT 'p';
ALTER TABLE b ALTER id SET DEFAULT 1;

-- plan
-- changes column a.x, column b.id

BEGIN;

ALTER TABLE ONLY public.a ALTER COLUMN x SET DEFAULT 'p'::text;

ALTER TABLE public.b ALTER COLUMN id SET DEFAULT 1;

COMMIT;
