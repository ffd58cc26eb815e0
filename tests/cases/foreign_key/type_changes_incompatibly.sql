-- Key and foreign key become text: neither could be without the other.
-- one way: needs an expression
-- allow: rewrite-table:a.id
-- allow: rewrite-table:b.a

-- from
CREATE TABLE a (id integer PRIMARY KEY);
CREATE TABLE b (a integer REFERENCES a);

-- to
CREATE TABLE a (id text PRIMARY KEY);
CREATE TABLE b (a text REFERENCES a);

-- plan
-- file 1 of 2: a transaction of its own

ALTER TABLE "public"."b" DROP CONSTRAINT "b_a_fkey";

-- hazard rewrite-table:a.id: the table is written anew, and nobody can read or write it meanwhile
ALTER TABLE "public"."a" ALTER COLUMN "id" TYPE text;

-- hazard rewrite-table:b.a: the table is written anew, and nobody can read or write it meanwhile
ALTER TABLE "public"."b" ALTER COLUMN "a" TYPE text;

ALTER TABLE "public"."b" ADD CONSTRAINT "b_a_fkey" FOREIGN KEY (a) REFERENCES public.a(id) NOT VALID;

-- file 2 of 2: a transaction of its own

ALTER TABLE "public"."b" VALIDATE CONSTRAINT "b_a_fkey";
