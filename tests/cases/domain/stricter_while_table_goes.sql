-- A domain asks for more, and the table with an array of it goes: before.
-- allow: drop-table:t

-- from
CREATE DOMAIN d AS integer;
CREATE TABLE t (id integer, a d[]);

-- to
CREATE DOMAIN d AS integer CHECK (VALUE > 0);

-- rows
INSERT INTO t VALUES (1, '{1,2}'), (2, NULL);

-- plan
-- changes domain d; drops table t
-- hazard drop-table:t: the table and its rows are lost
-- hazard add-check:d.d_check: fails if a value of this type breaks it

BEGIN;

DROP TABLE public.t;

ALTER DOMAIN public.d ADD CONSTRAINT d_check CHECK ((VALUE > 0));

COMMIT;
