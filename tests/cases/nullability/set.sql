-- NULL is no longer allowed.

-- from
CREATE TABLE t (a integer);

-- to
CREATE TABLE t (a integer NOT NULL);

-- plan
-- hazard set-not-null:t.a: fails if a row has NULL; to fill such rows: --fill t.a='…'
ALTER TABLE "public"."t" ALTER COLUMN "a" SET NOT NULL;
