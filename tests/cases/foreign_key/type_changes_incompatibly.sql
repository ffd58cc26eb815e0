-- Key and foreign key become text: neither could be without the other.
-- one way: needs an expression

-- from
CREATE TABLE a (id integer PRIMARY KEY);
CREATE TABLE b (a integer REFERENCES a);

-- to
CREATE TABLE a (id text PRIMARY KEY);
CREATE TABLE b (a text REFERENCES a);

-- plan
ALTER TABLE "public"."b" DROP CONSTRAINT "b_a_fkey";

ALTER TABLE "public"."a" ALTER COLUMN "id" TYPE text;

ALTER TABLE "public"."b" ALTER COLUMN "a" TYPE text;

ALTER TABLE "public"."b" ADD CONSTRAINT "b_a_fkey" FOREIGN KEY (a) REFERENCES public.a(id);
