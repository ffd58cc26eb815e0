-- A generated column of all who inherit is computed otherwise.

-- from
CREATE TABLE a (id integer, d integer GENERATED ALWAYS AS (id * 2) STORED);
CREATE TABLE b () INHERITS (a);

-- to
CREATE TABLE a (id integer, d integer GENERATED ALWAYS AS (id * 3) STORED);
CREATE TABLE b () INHERITS (a);

-- plan
-- creates column a.d; drops column a.d

BEGIN;

ALTER TABLE public.a DROP COLUMN d;
ALTER TABLE public.a ADD COLUMN d integer GENERATED ALWAYS AS ((id * 3)) STORED;

COMMIT;
