-- A column goes and another one of its name and another type comes: no cast, said by an expression.
-- using: t.a = NULL
-- one way: needs an expression too
-- allow: rewrite-table:t.a

-- from
CREATE TABLE t (a jsonb DEFAULT '{}');

-- to
CREATE TABLE t (a integer);

-- plan
ALTER TABLE "public"."t" ALTER COLUMN "a" DROP DEFAULT;
-- hazard rewrite-table:t.a: the table is written anew, and nobody can read or write it meanwhile
ALTER TABLE "public"."t" ALTER COLUMN "a" TYPE integer USING NULL;
