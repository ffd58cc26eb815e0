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
ALTER INDEX "public"."old" RENAME TO "new";

-- hazard drop-index:gone: queries that used it become slow
DROP INDEX "public"."gone";

CREATE INDEX "added" ON "public"."t" USING gin ((ARRAY[a, b]));
