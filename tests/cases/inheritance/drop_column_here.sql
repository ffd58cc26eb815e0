-- A column goes from the parent, and a child keeps it.
-- allow: drop-column:a.x

-- from
CREATE TABLE a (id integer, x text);
CREATE TABLE b () INHERITS (a);
CREATE TABLE c () INHERITS (b);

-- to
CREATE TABLE a (id integer);
CREATE TABLE b (x text) INHERITS (a);
CREATE TABLE c () INHERITS (b);

-- rows
INSERT INTO c VALUES (1, 'x');

-- then
SELECT x FROM b;
-- x

-- plan
-- drops column a.x
-- hazard drop-column:a.x: the column and its values are lost

BEGIN;

ALTER TABLE ONLY public.a DROP COLUMN x;

COMMIT;
