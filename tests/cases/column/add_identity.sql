-- A new identity column numbers the rows that exist.

-- from
CREATE TABLE t (a text);

-- to
CREATE TABLE t (a text, id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);

-- rows
INSERT INTO t VALUES ('x'), ('y');

-- then
INSERT INTO t VALUES ('z');
SELECT id, a FROM t ORDER BY a;
-- 1 | x
-- 2 | y
-- 3 | z

-- plan
ALTER TABLE "public"."t" ADD COLUMN "id" bigint NOT NULL GENERATED ALWAYS AS IDENTITY;

-- hazard add-unique:t.t_pkey: fails if two rows are alike
ALTER TABLE "public"."t" ADD CONSTRAINT "t_pkey" PRIMARY KEY (id);
