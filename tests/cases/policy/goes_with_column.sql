-- A policy goes with the column that it reads.
-- allow: drop-column:t.owner

-- from
CREATE TABLE t (id integer, owner text);
CREATE POLICY own ON t USING (owner = CURRENT_USER);

-- to
CREATE TABLE t (id integer);

-- plan
-- drops policy own on t, column t.owner
-- hazard drop-column:t.owner: the column and its values are lost

BEGIN;

DROP POLICY own ON public.t;

ALTER TABLE public.t DROP COLUMN owner;

COMMIT;
