-- A table in use gets a column that refers to a table that is made here.

-- from
CREATE TABLE r (a integer);

-- to
CREATE TABLE t (id integer PRIMARY KEY);
CREATE TABLE r (a integer, t integer REFERENCES t);

-- plan
-- file 1 of 2: a transaction of its own

CREATE TABLE "public"."t" (
    "id" integer NOT NULL,
    CONSTRAINT "t_pkey" PRIMARY KEY (id)
);

ALTER TABLE "public"."r" ADD COLUMN "t" integer;

ALTER TABLE "public"."r" ADD CONSTRAINT "r_t_fkey" FOREIGN KEY (t) REFERENCES public.t(id) NOT VALID;

-- file 2 of 2: a transaction of its own

-- hazard add-foreign-key:r.r_t_fkey: fails if a row refers to nothing
-- hazard long-validation:r: reads every row; nobody waits for it, and it may take its time
ALTER TABLE "public"."r" VALIDATE CONSTRAINT "r_t_fkey";
