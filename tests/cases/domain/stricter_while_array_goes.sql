-- A domain asks for more, and the column with an array of it goes: before.
-- allow: drop-column:t.a

-- from
CREATE DOMAIN d AS integer;
CREATE TABLE t (id integer, a d[]);

-- to
CREATE DOMAIN d AS integer CHECK (VALUE > 0);
CREATE TABLE t (id integer);

-- rows
INSERT INTO t VALUES (1, '{1,2}'), (2, NULL);

-- plan
-- changes domain d; drops column t.a
-- hazard drop-column:t.a: the column and its values are lost
-- hazard add-check:d.d_check: fails if a value of this type breaks it

BEGIN;

ALTER TABLE public.t DROP COLUMN a;

ALTER DOMAIN public.d ADD CONSTRAINT d_check CHECK ((VALUE > 0));

COMMIT;
