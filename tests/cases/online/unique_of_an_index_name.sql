-- An index gives its name to a unique constraint of another column.

-- from
CREATE TABLE t (a integer, b integer);
CREATE INDEX u ON t (a);

-- to
CREATE TABLE t (a integer, b integer, CONSTRAINT u UNIQUE (b));

-- plan
-- file 1 of 2, outside a transaction: creates constraint u on t
-- hazard add-unique:t.u: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY feedstock_new_u ON public.t USING btree (b);

-- file 2 of 2, in a transaction: creates constraint u on t

BEGIN;

DROP INDEX public.u;
ALTER TABLE public.t ADD CONSTRAINT u UNIQUE USING INDEX feedstock_new_u;

COMMIT;
