-- A table inherits no longer, and keeps what it had.

-- from
CREATE TABLE a (id integer, x text, CHECK (id > 0));
CREATE TABLE b (y text) INHERITS (a);

-- to
CREATE TABLE a (id integer, x text, CHECK (id > 0));
CREATE TABLE b (id integer, x text, y text, CONSTRAINT a_id_check CHECK (id > 0));

-- rows
INSERT INTO b VALUES (1, 'x', 'y');

-- then
SELECT * FROM b;
-- 1 | x | y

-- plan
-- drops table b as one of a
-- hazard no-inherit:b: a has the rows no longer

BEGIN;

ALTER TABLE public.b NO INHERIT public.a;

COMMIT;
