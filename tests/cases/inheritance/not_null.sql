-- NOT NULL of the parent that a child does not have.

-- from
CREATE TABLE a (id integer NOT NULL, x text);
CREATE TABLE b () INHERITS (a);
CREATE TABLE c () INHERITS (a);

-- to
CREATE TABLE a (id integer, x text);
CREATE TABLE b () INHERITS (a);
CREATE TABLE c () INHERITS (a);
ALTER TABLE c ALTER id SET NOT NULL;

-- plan
-- changes column a.id, column b.id

BEGIN;

ALTER TABLE ONLY public.a ALTER COLUMN id DROP NOT NULL;

ALTER TABLE public.b ALTER COLUMN id DROP NOT NULL;

COMMIT;

-- plan from 18
-- changes column a.id, column b.id, column c.id

BEGIN;

ALTER TABLE ONLY public.a ALTER COLUMN id DROP NOT NULL;

ALTER TABLE public.b ALTER COLUMN id DROP NOT NULL;

ALTER TABLE public.c RENAME CONSTRAINT a_id_not_null TO c_id_not_null;

COMMIT;
