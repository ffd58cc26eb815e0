-- Unique indexes become the primary key and a deferrable constraint, under other names and with their comments.

-- from
CREATE TABLE t (a integer, b integer);
CREATE UNIQUE INDEX i ON t (a);
CREATE UNIQUE INDEX j ON t (b) INCLUDE (a);
COMMENT ON INDEX i IS 'was an index';

-- to
CREATE TABLE t (a integer PRIMARY KEY, b integer, CONSTRAINT u UNIQUE (b) INCLUDE (a) DEFERRABLE);
COMMENT ON CONSTRAINT u ON t IS 'is a constraint';

-- plan
-- hazard set-not-null:t.a: fails if a row has NULL; to fill such rows: --fill t.a='…'
ALTER TABLE "public"."t" ALTER COLUMN "a" SET NOT NULL;

ALTER TABLE "public"."t" ADD CONSTRAINT "t_pkey" PRIMARY KEY USING INDEX "i";

ALTER TABLE "public"."t" ADD CONSTRAINT "u" UNIQUE USING INDEX "j" DEFERRABLE;
COMMENT ON CONSTRAINT "u" ON "public"."t" IS 'is a constraint';

COMMENT ON INDEX "public"."t_pkey" IS NULL;
