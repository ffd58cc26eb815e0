-- Indexes come, go and get another name.

-- from
CREATE TABLE t (a integer, b integer);
CREATE INDEX old ON t (a);
CREATE INDEX gone ON t (b);
COMMENT ON INDEX old IS 'kept';

-- to
CREATE TABLE t (a integer, b integer);
CREATE INDEX new ON t (a);
CREATE INDEX added ON t USING gin ((ARRAY[a, b]));
COMMENT ON INDEX new IS 'kept';

-- plan
-- file 1 of 3, in a transaction: renames index old

BEGIN;

ALTER INDEX public.old RENAME TO new;

COMMIT;

-- file 2 of 3, outside a transaction: creates index added

CREATE INDEX CONCURRENTLY added ON public.t USING gin ((ARRAY[a, b]));

-- file 3 of 3, outside a transaction: drops index gone
-- hazard drop-index:gone: queries that used it become slow

DROP INDEX CONCURRENTLY public.gone;
