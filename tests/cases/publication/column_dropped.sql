-- A published column is dropped: the publication names it no longer before.
-- since: 15
-- allow: drop-column:t.v

-- from
CREATE TABLE t (id integer PRIMARY KEY, v integer);
CREATE PUBLICATION p FOR TABLE t (id, v);

-- to
CREATE TABLE t (id integer PRIMARY KEY);
CREATE PUBLICATION p FOR TABLE t (id);

-- plan
-- creates publication p on t; drops publication p on t, column t.v
-- hazard drop-column:t.v: the column and its values are lost

BEGIN;

ALTER PUBLICATION p DROP TABLE ONLY public.t;
ALTER PUBLICATION p ADD TABLE ONLY public.t (id);

ALTER TABLE public.t DROP COLUMN v;

COMMIT;
