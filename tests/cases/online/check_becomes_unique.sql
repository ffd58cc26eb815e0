-- A unique constraint takes the name of a check that goes.

-- from
CREATE TABLE t (a integer, CONSTRAINT c CHECK (a > 0));

-- to
CREATE TABLE t (a integer, CONSTRAINT c UNIQUE (a));

-- plan
-- file 1 of 2, outside a transaction: creates constraint c on t
-- hazard add-unique:t.c: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY feedstock_new_c ON public.t USING btree (a);

-- file 2 of 2, in a transaction: creates constraint c on t

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT c;
ALTER TABLE public.t ADD CONSTRAINT c UNIQUE USING INDEX feedstock_new_c;

COMMIT;
