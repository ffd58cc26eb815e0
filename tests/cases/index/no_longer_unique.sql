-- A unique index becomes a plain one, a unique constraint goes.

-- from
CREATE TABLE t (a integer, b integer UNIQUE);
CREATE UNIQUE INDEX i ON t (a);

-- to
CREATE TABLE t (a integer, b integer);
CREATE INDEX i ON t (a);

-- plan
-- file 1 of 3, outside a transaction: creates index i

CREATE INDEX CONCURRENTLY feedstock_new_i ON public.t USING btree (a);

-- file 2 of 3, outside a transaction: creates index i
-- hazard drop-unique:i: two rows may be alike from here on, and ON CONFLICT of its columns fails

DROP INDEX CONCURRENTLY public.i;

-- file 3 of 3, in a transaction: creates index i; drops constraint t_b_key on t
-- hazard drop-unique:t_b_key: two rows may be alike from here on, and ON CONFLICT of its columns fails

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT t_b_key;

ALTER INDEX public.feedstock_new_i RENAME TO i;

COMMIT;
