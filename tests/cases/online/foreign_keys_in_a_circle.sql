-- Two tables in use come to refer to each other.

-- from
CREATE TABLE a (id integer PRIMARY KEY, b integer);
CREATE TABLE b (id integer PRIMARY KEY, a integer);

-- to
CREATE TABLE a (id integer PRIMARY KEY, b integer);
CREATE TABLE b (id integer PRIMARY KEY, a integer REFERENCES a);
ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;

-- plan
-- file 1 of 2: a transaction of its own

ALTER TABLE "public"."a" ADD CONSTRAINT "a_b_fkey" FOREIGN KEY (b) REFERENCES public.b(id) NOT VALID;

ALTER TABLE "public"."b" ADD CONSTRAINT "b_a_fkey" FOREIGN KEY (a) REFERENCES public.a(id) NOT VALID;

-- file 2 of 2: a transaction of its own

-- hazard add-foreign-key:a.a_b_fkey: fails if a row refers to nothing
-- hazard long-validation:a: reads every row; nobody waits for it, and it may take its time
ALTER TABLE "public"."a" VALIDATE CONSTRAINT "a_b_fkey";

-- hazard add-foreign-key:b.b_a_fkey: fails if a row refers to nothing
-- hazard long-validation:b: reads every row; nobody waits for it, and it may take its time
ALTER TABLE "public"."b" VALIDATE CONSTRAINT "b_a_fkey";
