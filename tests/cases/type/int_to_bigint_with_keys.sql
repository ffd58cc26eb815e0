-- A key and the foreign key that refers to it become bigint.

-- from
CREATE TABLE a (id integer PRIMARY KEY);
CREATE TABLE b (a integer NOT NULL REFERENCES a ON DELETE CASCADE);

-- to
CREATE TABLE a (id bigint PRIMARY KEY);
CREATE TABLE b (a bigint NOT NULL REFERENCES a ON DELETE CASCADE);

-- plan
-- file 1 of 2: a transaction of its own

ALTER TABLE "public"."b" DROP CONSTRAINT "b_a_fkey";

-- hazard change-type:a.id: integer to bigint: a program that expects the old type may fail
ALTER TABLE "public"."a" ALTER COLUMN "id" TYPE bigint;

-- hazard change-type:b.a: integer to bigint: a program that expects the old type may fail
ALTER TABLE "public"."b" ALTER COLUMN "a" TYPE bigint;

ALTER TABLE "public"."b" ADD CONSTRAINT "b_a_fkey" FOREIGN KEY (a) REFERENCES public.a(id) ON DELETE CASCADE NOT VALID;

-- file 2 of 2: a transaction of its own

-- hazard long-validation:b: reads every row; nobody waits for it, and it may take its time
ALTER TABLE "public"."b" VALIDATE CONSTRAINT "b_a_fkey";
