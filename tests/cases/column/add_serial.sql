-- A new serial column numbers the rows that exist.

-- from
CREATE TABLE t (a text);

-- to
CREATE TABLE t (a text, id serial);

-- rows
INSERT INTO t VALUES ('x'), ('y');

-- then
INSERT INTO t VALUES ('z');
SELECT id, a FROM t ORDER BY a;
-- 1 | x
-- 2 | y
-- 3 | z

-- plan
CREATE SEQUENCE "public"."t_id_seq" AS integer;

ALTER TABLE "public"."t" ADD COLUMN "id" integer NOT NULL DEFAULT nextval('public.t_id_seq'::regclass);

ALTER SEQUENCE "public"."t_id_seq" OWNED BY "public"."t"."id";
