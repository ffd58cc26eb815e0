-- An extension goes with what needs it.
-- allow: drop-column:t.a

-- from
CREATE EXTENSION citext;
CREATE TABLE t (id integer, a citext);
CREATE INDEX i ON t (a);

-- to
CREATE TABLE t (id integer);

-- plan
-- drops column t.a, extension citext
-- hazard drop-column:t.a: the column and its values are lost

BEGIN;

ALTER TABLE public.t DROP COLUMN a;

DROP EXTENSION citext;

COMMIT;
