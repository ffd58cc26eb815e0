-- A column of an index and a unique constraint goes; both stay with what is left.
-- allow: drop-column:t.b

-- from
CREATE TABLE t (a integer, b integer, CONSTRAINT t_key UNIQUE (a, b));
CREATE INDEX t_ab ON t (a, b);

-- to
CREATE TABLE t (a integer, CONSTRAINT t_key UNIQUE (a));
CREATE INDEX t_ab ON t (a);

-- plan
-- file 1 of 4, outside a transaction: creates constraint t_key on t
-- hazard add-unique:t.t_key: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY feedstock_new_t_key ON public.t USING btree (a);

-- file 2 of 4, outside a transaction: creates index t_ab

CREATE INDEX CONCURRENTLY feedstock_new_t_ab ON public.t USING btree (a);

-- file 3 of 4, outside a transaction: creates index t_ab

DROP INDEX CONCURRENTLY public.t_ab;

-- file 4 of 4, in a transaction: creates constraint t_key on t, index t_ab; drops column t.b
-- hazard drop-column:t.b: the column and its values are lost

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT t_key;
ALTER TABLE public.t ADD CONSTRAINT t_key UNIQUE USING INDEX feedstock_new_t_key;

ALTER INDEX public.feedstock_new_t_ab RENAME TO t_ab;

ALTER TABLE public.t DROP COLUMN b;

COMMIT;
