-- A type that makes Postgres write the table anew must be acknowledged.

-- from
CREATE TABLE t (a integer);

-- to
CREATE TABLE t (a bigint);

-- refused
rewrite-table:t.a: the table is written anew, and nobody can read or write it meanwhile
  help: if that is what you want: --allow rewrite-table:t.a

-- plan
-- hazard rewrite-table:t.a: the table is written anew, and nobody can read or write it meanwhile
ALTER TABLE "public"."t" ALTER COLUMN "a" TYPE bigint;
