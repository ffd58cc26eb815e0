-- A dropped column takes its index, its checks and its key along.
-- allow: drop-column:t.b

-- from
CREATE TABLE r (id integer PRIMARY KEY);
CREATE TABLE t (id integer, b integer REFERENCES r, CHECK (b > 0), UNIQUE (b));
CREATE INDEX t_b ON t (b);

-- to
CREATE TABLE r (id integer PRIMARY KEY);
CREATE TABLE t (id integer);

-- plan
-- drops column t.b
-- hazard drop-column:t.b: the column and its values are lost

BEGIN;

ALTER TABLE public.t DROP COLUMN b;

COMMIT;
