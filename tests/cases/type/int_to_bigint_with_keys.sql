-- A key and the foreign key that refers to it become bigint.
-- allow: rewrite-table:a.id
-- allow: rewrite-table:b.a

-- from
CREATE TABLE a (id integer PRIMARY KEY);
CREATE TABLE b (a integer NOT NULL REFERENCES a ON DELETE CASCADE);

-- to
CREATE TABLE a (id bigint PRIMARY KEY);
CREATE TABLE b (a bigint NOT NULL REFERENCES a ON DELETE CASCADE);

-- plan
-- file 1 of 2: a transaction of its own

ALTER TABLE "public"."b" DROP CONSTRAINT "b_a_fkey";

-- hazard rewrite-table:a.id: the table is written anew, and nobody can read or write it meanwhile
ALTER TABLE "public"."a" ALTER COLUMN "id" TYPE bigint;

-- hazard rewrite-table:b.a: the table is written anew, and nobody can read or write it meanwhile
ALTER TABLE "public"."b" ALTER COLUMN "a" TYPE bigint;

ALTER TABLE "public"."b" ADD CONSTRAINT "b_a_fkey" FOREIGN KEY (a) REFERENCES public.a(id) ON DELETE CASCADE NOT VALID;

-- file 2 of 2: a transaction of its own

ALTER TABLE "public"."b" VALIDATE CONSTRAINT "b_a_fkey";
