-- The index of a replica identity is made again.

-- from
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL);
CREATE UNIQUE INDEX ta ON t (a);
ALTER TABLE t REPLICA IDENTITY USING INDEX ta;

-- to
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL);
CREATE UNIQUE INDEX ta ON t (a, b);
ALTER TABLE t REPLICA IDENTITY USING INDEX ta;

-- plan
-- file 1 of 4, outside a transaction: creates index ta
-- hazard add-unique:ta: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY feedstock_new_ta ON public.t USING btree (a, b);

-- file 2 of 4, in a transaction: drops replica identity of t

BEGIN;

ALTER TABLE public.t REPLICA IDENTITY DEFAULT;

COMMIT;

-- file 3 of 4, outside a transaction: creates index ta

DROP INDEX CONCURRENTLY public.ta;

-- file 4 of 4, in a transaction: creates index ta, replica identity of t

BEGIN;

ALTER INDEX public.feedstock_new_ta RENAME TO ta;

ALTER TABLE public.t REPLICA IDENTITY USING INDEX ta;

COMMIT;
