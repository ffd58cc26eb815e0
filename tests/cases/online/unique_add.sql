-- A unique constraint on a table that is in use.

-- from
CREATE TABLE t (a integer, b text);

-- to
CREATE TABLE t (a integer UNIQUE, b text);

-- plan
-- file 1 of 2, outside a transaction: creates constraint t_a_key on t
-- hazard add-unique:t.t_a_key: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY t_a_key ON public.t USING btree (a);

-- file 2 of 2, in a transaction: creates constraint t_a_key on t

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT t_a_key UNIQUE USING INDEX t_a_key;

COMMIT;
