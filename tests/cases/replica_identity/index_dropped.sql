-- The index of a replica identity goes.

-- from
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL);
CREATE UNIQUE INDEX ta ON t (a);
ALTER TABLE t REPLICA IDENTITY USING INDEX ta;

-- to
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL);
ALTER TABLE t REPLICA IDENTITY NOTHING;

-- plan
-- file 1 of 2, in a transaction: creates replica identity of t; drops replica identity of t

BEGIN;

ALTER TABLE public.t REPLICA IDENTITY DEFAULT;
ALTER TABLE public.t REPLICA IDENTITY NOTHING;

COMMIT;

-- file 2 of 2, outside a transaction: drops index ta
-- hazard drop-index:ta: queries that used it become slow
-- hazard drop-unique:ta: two rows may be alike from here on, and ON CONFLICT of its columns fails

DROP INDEX CONCURRENTLY public.ta;
