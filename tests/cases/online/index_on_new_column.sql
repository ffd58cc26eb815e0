-- An index on a column that comes with it.

-- from
CREATE TABLE t (a integer);

-- to
CREATE TABLE t (a integer, b text);
CREATE INDEX i ON t (b);

-- plan
-- file 1 of 2, in a transaction: creates column t.b

BEGIN;

ALTER TABLE public.t ADD COLUMN b text;

COMMIT;

-- file 2 of 2, outside a transaction: creates index i

CREATE INDEX CONCURRENTLY i ON public.t USING btree (b);
