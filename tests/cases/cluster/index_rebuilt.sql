-- A marked index is made again, and another one goes.

-- from
CREATE TABLE t (a integer, b integer);
CREATE TABLE u (a integer);
CREATE INDEX ta ON t (a);
ALTER TABLE t CLUSTER ON ta;
CREATE INDEX ua ON u (a);
ALTER TABLE u CLUSTER ON ua;

-- to
CREATE TABLE t (a integer, b integer);
CREATE TABLE u (a integer);
CREATE INDEX ta ON t (a, b);
ALTER TABLE t CLUSTER ON ta;

-- plan
-- file 1 of 4, outside a transaction: creates index ta

CREATE INDEX CONCURRENTLY feedstock_new_ta ON public.t USING btree (a, b);

-- file 2 of 4, outside a transaction: creates index ta

DROP INDEX CONCURRENTLY public.ta;

-- file 3 of 4, in a transaction: creates index ta, CLUSTER mark of t

BEGIN;

ALTER INDEX public.feedstock_new_ta RENAME TO ta;

ALTER TABLE public.t CLUSTER ON ta;

COMMIT;

-- file 4 of 4, outside a transaction: drops index ua
-- hazard drop-index:ua: queries that used it become slow

DROP INDEX CONCURRENTLY public.ua;
