-- A unique constraint becomes a unique index of its name.

-- from
CREATE TABLE t (a integer, CONSTRAINT u UNIQUE (a));

-- to
CREATE TABLE t (a integer);
CREATE UNIQUE INDEX u ON t (a) WHERE a > 0;

-- plan
-- file 1 of 2, outside a transaction: creates index u
-- hazard add-unique:u: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY feedstock_new_u ON public.t USING btree (a) WHERE (a > 0);

-- file 2 of 2, in a transaction: creates index u

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT u;
ALTER INDEX public.feedstock_new_u RENAME TO u;

COMMIT;
