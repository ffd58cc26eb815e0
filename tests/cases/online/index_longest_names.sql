-- Indexes whose names are as long as can be, and differ at their ends, change.

-- from
CREATE TABLE t (a integer, b text);
CREATE INDEX aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab ON t (a);
CREATE INDEX aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac ON t (b);

-- to
CREATE TABLE t (a integer, b text);
CREATE INDEX aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab ON t (a DESC);
CREATE INDEX aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac ON t (b DESC);

-- plan
-- file 1 of 5, outside a transaction: creates index aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab

CREATE INDEX CONCURRENTLY feedstock_new_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_2369b853 ON public.t USING btree (a DESC);

-- file 2 of 5, outside a transaction: creates index aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab

DROP INDEX CONCURRENTLY public.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab;

-- file 3 of 5, outside a transaction: creates index aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac

CREATE INDEX CONCURRENTLY feedstock_new_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_2269b6c0 ON public.t USING btree (b DESC);

-- file 4 of 5, outside a transaction: creates index aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac

DROP INDEX CONCURRENTLY public.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac;

-- file 5 of 5, in a transaction: creates index aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab, index aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac

BEGIN;

ALTER INDEX public.feedstock_new_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_2369b853 RENAME TO aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab;

ALTER INDEX public.feedstock_new_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_2269b6c0 RENAME TO aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac;

COMMIT;
