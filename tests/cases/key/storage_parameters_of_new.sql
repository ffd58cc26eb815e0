-- A key comes with storage parameters, and is made again with them.

-- from
CREATE TABLE t (a integer, b integer, CONSTRAINT u UNIQUE (a) WITH (fillfactor = 70));

-- to
CREATE TABLE t (a integer, b integer, CONSTRAINT u UNIQUE (a, b) WITH (fillfactor = 70), CONSTRAINT k PRIMARY KEY (a) WITH (fillfactor = 50));

-- plan
ALTER TABLE "public"."t" DROP CONSTRAINT "u";

-- hazard set-not-null:t.a: fails if a row has NULL; to fill such rows: --fill t.a='…'
ALTER TABLE "public"."t" ALTER COLUMN "a" SET NOT NULL;

-- hazard add-unique:t.k: fails if two rows are alike
ALTER TABLE "public"."t" ADD CONSTRAINT "k" PRIMARY KEY (a);

-- hazard add-unique:t.u: fails if two rows are alike
ALTER TABLE "public"."t" ADD CONSTRAINT "u" UNIQUE (a, b);

ALTER INDEX public.k SET (fillfactor=50);

ALTER INDEX public.u SET (fillfactor=70);
