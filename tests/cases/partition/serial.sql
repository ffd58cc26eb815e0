-- A column becomes serial; its partitions take from the same sequence.

-- from
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);

-- to
CREATE TABLE t (id integer, n serial, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);

-- plan
CREATE SEQUENCE "public"."t_n_seq" AS integer;

-- hazard set-not-null:t.n: fails if a row has NULL; to fill such rows: --fill t.n='…'
ALTER TABLE "public"."t" ALTER COLUMN "n" SET NOT NULL;
ALTER TABLE "public"."t" ALTER COLUMN "n" SET DEFAULT nextval('public.t_n_seq'::regclass);

ALTER SEQUENCE "public"."t_n_seq" OWNED BY "public"."t"."n";
SELECT pg_catalog.setval('"public"."t_n_seq"', max("n")) FROM "public"."t" HAVING max("n") >= 1;
