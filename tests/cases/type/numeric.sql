-- More digits in front and behind are wider.
-- allow: rewrite-table:t.a

-- from
CREATE TABLE t (a numeric(10,2), b numeric(10,2));

-- to
CREATE TABLE t (a numeric(13,3), b numeric);

-- plan
-- hazard rewrite-table:t.a: the table is written anew, and nobody can read or write it meanwhile
ALTER TABLE "public"."t" ALTER COLUMN "a" TYPE numeric(13,3);

ALTER TABLE "public"."t" ALTER COLUMN "b" TYPE numeric;
