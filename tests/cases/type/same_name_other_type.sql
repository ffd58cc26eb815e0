-- A column goes and another one of its name and another type comes: no cast, said by an expression.
-- using: t.a = NULL
-- one way: needs an expression too

-- from
CREATE TABLE t (a jsonb DEFAULT '{}');

-- to
CREATE TABLE t (a integer);

-- plan
ALTER TABLE "public"."t" ALTER COLUMN "a" DROP DEFAULT;
-- hazard change-type:t.a: jsonb to integer: a program that expects the old type may fail
ALTER TABLE "public"."t" ALTER COLUMN "a" TYPE integer USING NULL;
