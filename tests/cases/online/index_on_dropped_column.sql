-- An index loses a column that goes: the new one is there before the old one and the column go.
-- allow: drop-column:t.b

-- from
CREATE TABLE t (a integer, b text);
CREATE INDEX i ON t (a, b);

-- to
CREATE TABLE t (a integer);
CREATE INDEX i ON t (a);

-- plan
-- file 1 of 3, outside a transaction: creates index i

CREATE INDEX CONCURRENTLY feedstock_new_i ON public.t USING btree (a);

-- file 2 of 3, outside a transaction: creates index i

DROP INDEX CONCURRENTLY public.i;

-- file 3 of 3, in a transaction: creates index i; drops column t.b
-- hazard drop-column:t.b: the column and its values are lost

BEGIN;

ALTER INDEX public.feedstock_new_i RENAME TO i;

ALTER TABLE public.t DROP COLUMN b;

COMMIT;
