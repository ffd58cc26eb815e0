-- A unique constraint with the longest name changes.

-- from
CREATE TABLE t (a integer, b integer, CONSTRAINT aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab UNIQUE (a), CONSTRAINT aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac UNIQUE (b));

-- to
CREATE TABLE t (a integer, b integer, CONSTRAINT aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab UNIQUE (a, b), CONSTRAINT aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac UNIQUE (b, a));

-- plan
-- file 1 of 3, outside a transaction: creates constraint aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab on t
-- hazard add-unique:t.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY feedstock_new_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_2369b853 ON public.t USING btree (a, b);

-- file 2 of 3, outside a transaction: creates constraint aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac on t
-- hazard add-unique:t.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY feedstock_new_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_2269b6c0 ON public.t USING btree (b, a);

-- file 3 of 3, in a transaction: creates constraint aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab on t, constraint aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac on t

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab;
ALTER TABLE public.t ADD CONSTRAINT aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab UNIQUE USING INDEX feedstock_new_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_2369b853;

ALTER TABLE public.t DROP CONSTRAINT aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac;
ALTER TABLE public.t ADD CONSTRAINT aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac UNIQUE USING INDEX feedstock_new_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_2269b6c0;

COMMIT;
